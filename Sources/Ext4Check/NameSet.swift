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
    /// - Returns: whether it was not in yet.
    mutating func insert(_ name: Range<Int>, _ slice: ImageSlice) -> Bool {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for place in name {
            hash = (hash ^ UInt64(slice[byte: place])) &* 0x100_0000_01B3
        }
        var slot = Int(truncatingIfNeeded: hash ^ hash >> 32) & (slots.count - 1)
        while slots[slot] >> 32 == UInt64(mark) {
            let start = Int(slots[slot] & 0xFF_FFFF)
            let count = Int(slots[slot] >> 24 & 0xFF)
            if count == name.count,
                (0..<count).allSatisfy({
                    slice[byte: start + $0] == slice[byte: name.lowerBound + $0]
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
}
