import HostSystem
import ImageBytes
import SystemPackage
import TestKit
import Testing

@Suite struct MappedImageTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test func `a mapped file shows its bytes`() async throws {
        let path = folder["image"]
        try await Shell.run("printf 'abcdefgh' > '\(path)'")
        let image = try MappedImage(path: path)
        #expect(image.slice.copy() == Array("abcdefgh".utf8))
        try image.checkIntact()
    }

    @Test func `a window starts where it is told and ends with the file`() async throws {
        let path = folder["image"]
        try await Shell.run("printf 'abcdefgh' > '\(path)'")
        let image = try MappedImage(path: path, window: 3..<100)
        #expect(image.slice.copy() == Array("defgh".utf8))
        #expect(image.slice.origin == 0)
        #expect(image.fileOffset == 3)
    }

    @Test func `what is no image is refused with its name`() async throws {
        #expect(throws: FileError("map", folder.path, .isDirectory)) {
            try MappedImage(path: folder.path)
        }
        let absent = folder["absent"]
        #expect(throws: FileError("open", absent, .noSuchFileOrDirectory)) {
            try MappedImage(path: absent)
        }
    }

    @Test func `a pipe or another device is refused at once`() async throws {
        let pipe = folder["pipe"]
        try await Shell.run("mkfifo '\(pipe)'")
        for path in [pipe, "/dev/zero", "/dev/null"] {
            #expect(throws: FileError.self) { try MappedImage(path: path) }
        }
    }

    @Test func `an empty file is an image of no bytes`() async throws {
        let path = folder["empty"]
        try await Shell.run("touch '\(path)'")
        let image = try MappedImage(path: path)
        #expect(image.count == 0 && image.slice.copy().isEmpty)
        let holdsNothing = image.slice.slice(ifAt: 0, count: 1) == nil
        #expect(holdsNothing)
        #expect(image.storedByteCount == 0 && image.nextStored(from: 0) == nil)
        try image.checkIntact()
        #expect(throws: FileError("map", path, .invalidArgument)) {
            try MappedImage(path: path, window: 0..<1)
        }
    }

    @Test func `a file that shrinks while it is mapped reads as zeros and is reported`()
        async throws
    {
        let path = folder["shrinks"]
        try await Shell.run("yes | head -c 1048576 > '\(path)'")
        let image = try MappedImage(path: path)
        #expect(image.slice[byte: 1_048_575] == 0x0A)
        try await Shell.run("truncate -s 4096 '\(path)'")
        #expect(image.slice[byte: 500_000] == 0)
        #expect(image.slice[byte: 1_048_575] == 0)
        #expect(image.slice[byte: 0] == UInt8(ascii: "y"))
        #expect(throws: FileError("read all of", path, .ioError)) { try image.checkIntact() }
    }

    @Test func `released memory is read from the file again`() async throws {
        let path = folder["image"]
        try await Shell.run("yes | head -c 1048576 > '\(path)'")
        let image = try MappedImage(path: path)
        let before = image.slice.copy()
        image.release(100..<900_000)
        #expect(image.slice.copy() == before)
    }
}
