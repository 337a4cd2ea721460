import ImageBytes

/// The names in one block of a directory, to find those that are there twice.
///
/// A table with open addressing that is kept from block to block; the mark of a block tells its
/// entries from those of blocks before it.
struct NameSet {
    private var slots: [UInt64] = []
    private var mark: UInt32 = 0

    /// Forgets all names.
    ///
    /// - Parameter room: how many names there can be at most.
    mutating func reset(room: Int) {
        mark &+= 1
        if slots.count < room * 2 || mark == 0 {
            var count = 16
            while count < room * 2 { count *= 2 }
            slots = Array(repeating: 0, count: count)
            mark = 1
        }
    }

    /// Puts a name in; returns false where it is in already.
    ///
    /// - Parameters:
    ///   - name: where its bytes are; fewer than 2^24 bytes from the slice's start.
    ///   - slice: the block.
    ///   - foldsCase: whether letters of ASCII are the same in upper and lower case.
    /// - Returns: whether it was not in yet.
    mutating func insert(_ name: Range<Int>, _ slice: ImageSlice, foldsCase: Bool) -> Bool {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for place in name {
            hash = (hash ^ UInt64(Self.folded(slice[byte: place], foldsCase))) &* 0x100_0000_01B3
        }
        var slot = Int(truncatingIfNeeded: hash ^ hash >> 32) & (slots.count - 1)
        while slots[slot] >> 32 == UInt64(mark) {
            let start = Int(slots[slot] & 0xFF_FFFF)
            let count = Int(slots[slot] >> 24 & 0xFF)
            if count == name.count,
                (0..<count).allSatisfy({
                    Self.folded(slice[byte: start + $0], foldsCase)
                        == Self.folded(slice[byte: name.lowerBound + $0], foldsCase)
                })
            {
                return false
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] =
            UInt64(mark) << 32 | UInt64(name.count) << 24 | UInt64(name.lowerBound)
        return true
    }

    private static func folded(_ byte: UInt8, _ foldsCase: Bool) -> UInt8 {
        foldsCase && byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }
}
