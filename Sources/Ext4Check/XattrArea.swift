import Ext4Layout
import ImageBytes

/// A list of extended attributes: the area it lies in, and where values are counted from.
struct XattrArea: ~Escapable {
    /// A whole block, or what follows the magic number in an inode.
    let slice: ImageSlice
    /// Where the first entry starts: behind the header of a block, or at once.
    let firstEntry: Int

    @_lifetime(copy slice)
    init(_ slice: ImageSlice, firstEntry: Int) {
        self.slice = slice
        self.firstEntry = firstEntry
    }

    /// The entry at an offset; nil at the end of the list or of the area.
    func entry(at offset: Int) -> XattrEntry? { XattrEntry(in: slice, at: offset) }

    /// Whether an entry's hash fits, with the name's bytes read as unsigned characters as all
    /// writers do today, or as signed ones as some once did. Its name and value must be in the area.
    ///
    /// - Parameters:
    ///   - entry: the entry.
    ///   - inodeHash: the hash kept in the inode that holds the value, where one does.
    /// - Returns: whether it fits in either way.
    func hashFits(_ entry: XattrEntry, inodeHash: UInt32 = 0) -> Bool {
        hash(entry, inodeHash, signed: false) == entry.hash
            || hash(entry, inodeHash, signed: true) == entry.hash
    }

    private func hash(_ entry: XattrEntry, _ inodeHash: UInt32, signed: Bool) -> UInt32 {
        let name = slice.slice(entry.nameRange).bytes
        if entry.valueInode != 0 {
            return XattrHash.entry(name: name, valueHash: inodeHash, signed: signed)
        }
        // Whole words are hashed, whatever the padding holds.
        let start = min(entry.valueOffset, slice.count)
        let end = min(start + Int(entry.paddedValueSize), slice.count)
        return XattrHash.entry(name: name, value: slice.slice(start..<end).bytes, signed: signed)
    }

    /// Whether an entry's name is this one, up to the first zero in it, as libext2fs takes names.
    func isNamed(_ entry: XattrEntry, _ index: UInt8, _ name: StaticString) -> Bool {
        let count = name.utf8CodeUnitCount
        guard entry.nameIndex == index, entry.nameLength >= count else { return false }
        let start = entry.nameRange.lowerBound
        if entry.nameLength > count, slice[byte: start + count] != 0 { return false }
        for place in 0..<name.utf8CodeUnitCount
        where slice[byte: start + place] != (name.utf8Start + place).pointee {
            return false
        }
        return true
    }
}

/// Which bytes of a structure are spoken for (e2fsck's `region.c`).
struct ByteRegions {
    private let limit: Int
    private var taken: [Range<Int>] = []

    /// - Parameter limit: how many bytes there are.
    init(limit: Int) { self.limit = limit }

    /// Takes a run of bytes; returns false where part of it is taken already or does not exist.
    mutating func take(_ start: Int, count: Int) -> Bool {
        guard start >= 0, count > 0, start <= limit, count <= limit - start else { return false }
        let run = start..<start + count
        guard !taken.contains(where: { $0.overlaps(run) }) else { return false }
        taken.append(run)
        return true
    }
}
