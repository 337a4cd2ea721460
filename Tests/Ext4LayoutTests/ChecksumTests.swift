import CExt2FS
import ImageBytes
import Testing

@testable import Ext4Layout

@Suite struct ChecksumTests {
    private let bytes: [UInt8] = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 131 &+ $0 >> 3) }

    @Test func `CRC-32C of the standard's test string is the standard's`() {
        let text = Array("123456789".utf8)
        #expect(~CRC32C.checksum(text.rawSpan) == 0xE306_9283)
    }

    @Test(arguments: [
        0, 1, 3, 7, 8, 9, 63, 64, 65, 255, 767, 768, 769, 1024, 1543, 4095, 4096, 4999,
    ])
    func `CRC-32C is libext2fs', by the instruction and without it`(count: Int) {
        for start in 0..<9 where start + count <= bytes.count {
            let part = Array(bytes[start..<start + count])
            let expected = ext2fs_crc32c_le(0x1234_5678, part, part.count)
            #expect(CRC32C.checksum(part.rawSpan, seed: 0x1234_5678) == expected)
            #expect(CRC32C.portable(part.rawSpan, seed: 0x1234_5678) == expected)
        }
    }

    /// The polynomial 0x8005, reflected, from all ones: CRC-16/MODBUS, whose check value is known.
    @Test func `CRC-16 of the standard's test string is the standard's`() {
        let text = Array("123456789".utf8)
        #expect(CRC16.checksum(text.rawSpan) == 0x4B37)
        #expect(CRC16.checksum([UInt8]().rawSpan) == 0xFFFF)
    }

    @Test func `numbers are added as their little-endian bytes`() {
        let four: [UInt8] = [0x78, 0x56, 0x34, 0x12]
        #expect(
            CRC32C.checksum(UInt32(0x1234_5678), seed: 7)
                == CRC32C.checksum(four.rawSpan, seed: 7))
    }
}
