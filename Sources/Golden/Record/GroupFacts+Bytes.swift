import Ext4Layout
import ImageBytes

extension GroupFacts {
    /// Puts the facts of a group's line into the bytes of a descriptor: what the line does not say
    /// stays as it is.
    ///
    /// - Returns: whether they were the facts of one and fit.
    static func write(_ group: GoldenFile.Group, to bytes: inout [UInt8]) -> Bool {
        typealias Fields = GroupDescriptor.Fields
        let values = group.facts.compactMap { fact in
            fact.value.hasPrefix("0x")
                ? UInt64(fact.value.dropFirst(2), radix: 16) : UInt64(decimal: fact.value)
        }
        guard values.count == 11, bytes.count >= 32 else { return false }
        for (field, high, value) in [
            (Fields.blockBitmapLow, Fields.blockBitmapHigh, values[0]),
            (Fields.inodeBitmapLow, Fields.inodeBitmapHigh, values[1]),
            (Fields.inodeTableLow, Fields.inodeTableHigh, values[2]),
        ] {
            put(UInt64(UInt32(truncatingIfNeeded: value)), 4, at: field.offset, &bytes)
            if bytes.count >= 64 { put(value >> 32, 4, at: high.offset, &bytes) }
        }
        for (field, high, value) in [
            (Fields.freeBlocksLow, Fields.freeBlocksHigh, values[3]),
            (Fields.freeInodesLow, Fields.freeInodesHigh, values[4]),
            (Fields.usedDirectoriesLow, Fields.usedDirectoriesHigh, values[5]),
            (Fields.unusedInodesLow, Fields.unusedInodesHigh, values[6]),
            (Fields.blockBitmapChecksumLow, Fields.blockBitmapChecksumHigh, values[8]),
            (Fields.inodeBitmapChecksumLow, Fields.inodeBitmapChecksumHigh, values[9]),
        ] {
            put(value, 2, at: field.offset, &bytes)
            if bytes.count >= 64 { put(value >> 16, 2, at: high.offset, &bytes) }
        }
        put(values[7], 2, at: Fields.flags.offset, &bytes)
        put(values[10], 2, at: Fields.checksum.offset, &bytes)
        let seen = GroupDescriptor(decoding: ImageSlice(bytes.rawSpan))
        return facts(of: seen, number: Int(clamping: group.number)) == group
    }

    private static func put(_ value: UInt64, _ count: Int, at offset: Int, _ bytes: inout [UInt8]) {
        for index in 0..<count {
            bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
        }
    }
}
