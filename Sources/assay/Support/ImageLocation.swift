import ArgumentParser
import Ext4Image
import Ext4Layout
import HostSystem
import ImageBytes
import Report
import SystemPackage

/// Which image a command is about, and where in the file it lies.
struct ImageLocation: ParsableArguments {
    @Argument(help: "A raw image, a .zst file or a disk.", completion: .file())
    var image: String

    @OptionGroup var place: ImagePlace

    var path: FilePath { FilePath(argument: image) }

    /// Opens the image, or says what is wrong and ends the command.
    ///
    /// - Parameters:
    ///   - workers: threads to expand a compressed image with.
    ///   - isTolerant: whether features that the reader does not know pass.
    /// - Returns: the file system.
    /// - Throws: `ExitCode` 2 where the file cannot be read, has a feature that the reader does
    ///   not know or holds a journal alone, 3 where it holds no file system.
    func open(workers: Int, isTolerant: Bool = false) throws -> Ext4Image {
        let bytes = try openBytes(workers: workers)
        do throws(ImageError) { return try Ext4Image(bytes, tolerant: isTolerant) } catch {
            if let device = try? JournalDevice(bytes) { throw failure(of: device) }
            switch error {
            case .unsupported:
                throw failure("\(error)", ExitStatus.trouble)
            case .format:
                throw failure(
                    "no ext4 file system: \(error)\(place.hint(bytes).map { "; \($0)" } ?? "")",
                    ExitStatus.invalid)
            }
        }
    }

    /// Maps the image's bytes, whatever they are.
    ///
    /// - Parameter workers: threads to expand a compressed image with.
    /// - Returns: the bytes of the file system alone.
    /// - Throws: `ExitCode` 2 where the file cannot be read.
    func openBytes(workers: Int) throws -> MappedImage {
        let source = ImageSource(
            path: path, part: place.part, workers: workers, expansionLimit: place.expansionLimit)
        do throws(ImageSourceError) { return try source.open() } catch {
            throw failure("\(error)", ExitStatus.trouble)
        }
    }

    /// Names the file, what is wrong with it, and the exit status to end with.
    func failure(_ message: String, _ status: ExitCode) -> ExitCode {
        let name = "\(EscapedName(path))"
        // Errors of the machine name the file themselves.
        StandardStreams.complain(message.contains(name) ? message : "\(name): \(message)")
        return status
    }

    /// Whoever gives a journal's device wants the file system that uses it.
    private func failure(of device: JournalDevice) -> ExitCode {
        let users = device.users.map { uuidText($0) }.joined(separator: ", ")
        return failure(
            "this is the journal of another file system, not a file system: UUID "
                + "\(uuidText(device.uuid)), \(device.superblock.blockCount) blocks, "
                + "\(device.superblock.start == 0 ? "clean" : "needs recovery"), used by "
                + "\(users.isEmpty ? "none" : users); give it to inspect with --journal",
            ExitStatus.trouble)
    }
}
