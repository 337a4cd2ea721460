import Ext4Layout
import ImageBytes

extension Ext4Image {
    /// Bytes of inode tables that are gone through, beside 64 times what the file stores.
    static let tableFloor: UInt64 = 1 << 30

    /// The groups whose inode tables are worth going through: they lie in the image and hold
    /// something.
    ///
    /// A sound image's tables are distinct. Where groups share theirs, a small image can claim billions
    /// of inodes; what goes past the bytes that there are is left out.
    var groupsWithInodes: [Int] {
        let count = UInt64(bytes.count)
        let stored = min(bytes.storedByteCount, 1 << 50) * 64 + Self.tableFloor
        var left = min(count, stored)
        let size = geometry.inodesPerGroup * UInt64(geometry.inodeSize)
        var found: [Int] = []
        for group in groups.indices where !groups[group].flags.contains(.inodesUninitialized) {
            let table = groups[group].inodeTable
            guard table < geometry.blockCount else { continue }
            // `Geometry` makes sure that all blocks together have no more bytes than an Int64 counts.
            let start = table &* UInt64(geometry.blockSize)
            guard start < count else { continue }
            let end = start + min(size, count - start)
            if bytes.isHole(Int(start)..<Int(end)) { continue }
            guard end - start <= left else { break }
            left -= end - start
            found.append(group)
        }
        return found
    }
}
