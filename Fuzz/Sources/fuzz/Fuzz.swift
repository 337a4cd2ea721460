import CFuzzer
import Glibc
import ImageBytes
import SystemPackage

/// `fuzz BASES [libFuzzer's arguments]`: BASES is a folder that `make-bases` filled.
///
/// `fuzz BASES --formats [libFuzzer's arguments]` tries the other formats instead; see ``Format``.
///
/// `fuzz BASES --image INPUT OUTPUT` writes the image that an input of the fuzzer means, for a find
/// to be kept as a test's input.
@main
struct Fuzz {
    static func main() throws {
        guard CommandLine.arguments.count >= 2 else {
            print("usage: fuzz BASES [libFuzzer's arguments]")
            return
        }
        // The target is a C function, so what it works on has to be global.
        try Base.load(folder: FilePath(CommandLine.arguments[1]))
        if CommandLine.arguments.count == 5, CommandLine.arguments[2] == "--image" {
            return try writeImage(CommandLine.arguments[3], to: CommandLine.arguments[4])
        }
        Format.folder = FilePath(CommandLine.arguments[1]).appending("formats")
        let triesFormats = CommandLine.arguments.dropFirst(2).first == "--formats"
        var arguments = CommandLine.unsafeArgv
        let own: Int32 = triesFormats ? 2 : 1
        arguments[Int(own)] = arguments[0]
        arguments += Int(own)
        let count = CommandLine.argc - own
        let status =
            triesFormats
            ? cfuzzer_run(count, arguments) { bytes, count in
                Format.run(Array(UnsafeRawBufferPointer(start: bytes, count: count)))
            }
            : cfuzzer_run(count, arguments) { bytes, count in
                Input(Array(UnsafeRawBufferPointer(start: bytes, count: count))).run()
            }
        exit(status)
    }

    private static func writeImage(_ input: String, to output: String) throws {
        let stored = try MappedImage(path: FilePath(input))
        let file = try FileDescriptor.open(
            FilePath(output), .writeOnly, options: [.create, .truncate],
            permissions: [.ownerReadWrite, .groupRead, .otherRead])
        try file.closeAfter {
            Input(stored.slice.copy()).withImage { image, _ in
                _ = try? file.writeAll(image.slice.copy())
            }
        }
    }
}
