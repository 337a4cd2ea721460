import Ext4Layout
import ImageBytes
import Testing

@testable import Golden

@Suite struct InodeBytesTests {
    private func time(_ text: String) -> UInt64 {
        var bytes = [UInt8](repeating: 0, count: 256)
        // i_extra_isize: all the fields that there are.
        bytes[128] = 32
        var inode = InodeBytes(bytes, number: 12)
        inode.set(Inode.Fields.modificationTime, Inode.Fields.modificationTimeExtra, text)
        let slice = ImageSlice(inode.bytes.rawSpan)
        let extra = UInt64(slice[Inode.Fields.modificationTimeExtra])
        return extra << 32 | UInt64(slice[Inode.Fields.modificationTime])
    }

    @Test func `a time is stored as the kernel stores it`() {
        #expect(time("1") == 1)
        #expect(time("-1") == 0xFFFF_FFFF)
        #expect(time("4294967296.000000005") == (5 << 2 | 1) << 32)
    }

    /// A golden may say anything, and what is stored then only fits no digest.
    @Test(arguments: [
        "\(Int64.max)", "\(Int64.min)", "\(Int64.max - (1 << 31) + 1)", "\(Int64.max).999999999",
        "9223372036854775808", "", ".", "x",
    ])
    func `a time that no inode can hold is no trap`(text: String) {
        _ = time(text)
    }
}
