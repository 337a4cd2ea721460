import ArgumentParser
import Ext4Build
import Golden
import HostSystem
import SourceTree
import SystemPackage

@main
enum Main {
    static func main() async {
        StandardStreams.fillGaps()
        do {
            let arguments = try ResponseFile.expand(Array(ArgumentText.ofProcess.dropFirst()))
            var command = try command(of: arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }

    private static func command(of arguments: [String]) throws -> any ParsableCommand {
        do { return try Assay.parseAsRoot(arguments) } catch {
            throw UnknownOption.error(in: arguments, insteadOf: error)
        }
    }

    /// The one place where errors become exit statuses: what the parser has to say (help, a usage
    /// error) is its own business; everything else is trouble.
    private static func end(with error: any Error) -> Never {
        switch error {
        case is BuildError, is SourceError, is FileError, is StoreError:
            complain("\(error)")
            Assay.exit(withError: ExitStatus.trouble)
        default:
            Assay.exit(withError: error)
        }
    }

    /// Glibc's `stderr` is a global variable, which Swift 6 refuses; a descriptor is a plain number.
    private static func complain(_ message: String) {
        _ = try? FileDescriptor.standardError.writeAll("assay: \(message)\n".utf8)
    }
}
