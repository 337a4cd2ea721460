import CFuzzer
import Glibc
import SystemPackage

/// `fuzz BASES [libFuzzer's arguments]`: BASES is a folder that `make-bases` filled.
@main
struct Fuzz {
    static func main() throws {
        guard CommandLine.arguments.count >= 2 else {
            print("usage: fuzz BASES [libFuzzer's arguments]")
            return
        }
        // The target is a C function, so what it works on has to be global.
        try Base.load(folder: FilePath(CommandLine.arguments[1]))
        var arguments = CommandLine.unsafeArgv
        arguments[1] = arguments[0]
        arguments += 1
        let status = cfuzzer_run(CommandLine.argc - 1, arguments) { bytes, count in
            Input(UnsafeRawBufferPointer(start: bytes, count: count)).run()
        }
        exit(status)
    }
}
