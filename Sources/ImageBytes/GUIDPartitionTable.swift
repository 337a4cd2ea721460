/// The partition table of UEFI: a header in the second sector and an array of entries.
enum GUIDPartitionTable {
    /// Linux itself shows no more partitions of one disk.
    static let entryLimit: UInt32 = 256

    private enum Header {
        static let signature = Field<UInt64>("signature", at: 0)
        static let byteCount = Field<UInt32>("header size", at: 12)
        static let checksum = Field<UInt32>("header checksum", at: 16)
        static let entriesSector = Field<UInt64>("first entry's sector", at: 72)
        static let entryCount = Field<UInt32>("number of entries", at: 80)
        static let entrySize = Field<UInt32>("size of an entry", at: 84)
        static let entriesChecksum = Field<UInt32>("entries' checksum", at: 88)
    }

    private enum Entry {
        static let type = BytesField("type", at: 0, count: 16)
        static let first = Field<UInt64>("first sector", at: 32)
        static let last = Field<UInt64>("last sector", at: 40)
    }

    /// "EFI PART", little-endian.
    private static let signature: UInt64 = 0x5452_4150_2049_4645

    /// - Throws: `FormatError` where the header, a checksum or an entry cannot be right.
    static func read(_ disk: ImageSlice) throws(FormatError) -> [Partition] {
        // The header is in the disk's second sector, whose size the image does not say.
        for sectorSize: UInt64 in [512, 4096] {
            guard let sector = disk.slice(ifAt: sectorSize, count: 512),
                sector[Header.signature] == signature
            else { continue }
            return try read(disk, header: sector, sectorSize: sectorSize)
        }
        // The last sector has a copy of the header, and copies of the entries lie before it.
        let count = UInt64(disk.count)
        for sectorSize: UInt64 in [512, 4096] where count >= sectorSize {
            guard let sector = disk.slice(ifAt: count - sectorSize, count: 512),
                sector[Header.signature] == signature
            else { continue }
            return try read(disk, header: sector, sectorSize: sectorSize)
        }
        throw FormatError(
            "GUID partition table", at: 512, .badMagic(found: 0, expected: 0x20494645))
    }

    private static func read(
        _ disk: ImageSlice, header: ImageSlice, sectorSize: UInt64
    ) throws(FormatError) -> [Partition] {
        let size = header[Header.byteCount]
        guard (92...512).contains(size) else {
            throw header.error(
                Header.byteCount, .outOfRange(value: UInt64(size), allowed: 92...512))
        }
        var bytes = header.copy(0..<Int(size))
        bytes.replaceSubrange(16..<20, with: [0, 0, 0, 0])
        try require(header, Header.checksum, CRC32.checksum(bytes.rawSpan))

        let count = header[Header.entryCount]
        guard count <= entryLimit else {
            throw header.error(
                Header.entryCount,
                .outOfRange(value: UInt64(count), allowed: 0...UInt64(entryLimit)))
        }
        let entrySize = header[Header.entrySize]
        guard (128...4096).contains(entrySize) else {
            throw header.error(
                Header.entrySize, .outOfRange(value: UInt64(entrySize), allowed: 128...4096))
        }
        let (offset, overflow) = header[Header.entriesSector].multipliedReportingOverflow(
            by: sectorSize)
        let entries = try disk.slice(
            at: overflow ? .max : offset, count: Int(count * entrySize), of: "partition entries")
        try require(header, Header.entriesChecksum, CRC32.checksum(entries.bytes))
        return try partitions(entries, entrySize: Int(entrySize), sectorSize: sectorSize)
    }

    private static func partitions(
        _ entries: ImageSlice, entrySize: Int, sectorSize: UInt64
    ) throws(FormatError) -> [Partition] {
        var found: [Partition] = []
        for index in 0..<entries.count / entrySize {
            let entry = entries.slice(index * entrySize..<(index + 1) * entrySize)
            let type = entry.copy(Entry.type)
            if type.allSatisfy({ $0 == 0 }) { continue }
            let first = entry[Entry.first]
            let last = entry[Entry.last]
            guard last >= first, last < UInt64.max / sectorSize else {
                throw entry.error(
                    Entry.last, .contradiction("ends before it starts (last, first)", last, first))
            }
            found.append(
                Partition(
                    number: index + 1, bytes: first * sectorSize..<(last + 1) * sectorSize,
                    type: guid(type)))
        }
        return found
    }

    private static func require(
        _ header: ImageSlice, _ field: Field<UInt32>, _ expected: UInt32
    ) throws(FormatError) {
        guard header[field] == expected else {
            throw header.error(field, .badChecksum(found: header[field], expected: expected))
        }
    }

    /// The first three groups of a GUID are little-endian numbers, the rest are bytes.
    private static func guid(_ bytes: [UInt8]) -> String {
        let order = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15]
        return order.map { place in
            guard place >= 0 else { return "-" }
            let digits = String(bytes[place], radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

/// CRC-32 as zlib and UEFI have it.
enum CRC32 {
    static func checksum(_ bytes: RawSpan) -> UInt32 {
        var value: UInt32 = ~0
        for offset in 0..<bytes.byteCount {
            // RawSpan checks the bounds; every bit pattern is a valid integer.
            let byte = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return ~value
    }
}
