import HostSystem
import SystemPackage
import Testing

@Suite struct ArgumentTextTests {
    @Test(arguments: [
        [], Array("plain é 𝄞".utf8), [0xFF], [0xC3], [0x61, 0xC3, 0x28, 0xA9], [0xF0, 0x9F],
        // What stands for bytes must not pass for them.
        Array("\u{10FF00}\u{10FFFF}\u{10FF41}".utf8), Array("\u{10FEFF}e\u{301}".utf8),
        [0xED, 0xA0, 0x80], [0xE2, 0x82, 0xAC, 0xE2, 0x82], [0xF4, 0x8F, 0xBC],
    ])
    func `no byte of an argument is lost`(bytes: [UInt8]) {
        #expect(ArgumentText.bytes(ArgumentText.text(bytes)) == bytes)
        #expect(FilePath(argument: ArgumentText.text(bytes)).bytes == bytes)
    }

    @Test func `what is UTF-8 stays as it is`() {
        #expect(ArgumentText.text(Array("-o é\u{301}.img".utf8)) == "-o é\u{301}.img")
    }
}
