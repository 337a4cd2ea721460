import CFuzzer
import Glibc
import ImageBytes
import SystemPackage

/// `fuzz BASES [libFuzzer's arguments]`: BASES is a folder that `make-bases` filled.
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
        var arguments = CommandLine.unsafeArgv
        arguments[1] = arguments[0]
        arguments += 1
        let status = cfuzzer_run(CommandLine.argc - 1, arguments) { bytes, count in
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
