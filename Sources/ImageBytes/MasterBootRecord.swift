/// The partition table in the first sector of a disk, with four entries of 16 bytes.
struct MasterBootRecord {
    /// The kernel follows no more logical partitions (`DISK_MAX_PARTS` on a disk of 256 minors).
    static let logicalLimit = 252

    private static let sectorSize: UInt64 = 512
    private static let entriesOffset = 446
    private static let signature = Field<UInt16>("boot signature", at: 510)

    private struct Entry {
        let type: UInt8
        let start: UInt64
        let count: UInt64

        init(_ sector: ImageSlice, _ index: Int) {
            let base = entriesOffset + index * 16
            type = sector[Field<UInt8>("type", at: 4), from: base]
            start = UInt64(sector[Field<UInt32>("first sector", at: 8), from: base])
            count = UInt64(sector[Field<UInt32>("sectors", at: 12), from: base])
        }

        var isExtended: Bool { [0x05, 0x0F, 0x85].contains(type) }
        var isEmpty: Bool { type == 0 || count == 0 }
    }

    private let entries: [Entry]

    /// Nil where the first sector has no boot signature.
    init?(_ disk: ImageSlice) {
        guard let sector = disk.slice(ifAt: 0, count: 512), sector[Self.signature] == 0xAA55 else {
            return nil
        }
        entries = (0..<4).map { Entry(sector, $0) }
    }

    /// Whether it only keeps older programs away from a GUID partition table.
    var isProtective: Bool { entries.contains { $0.type == 0xEE } }

    /// The partitions of the first sector.
    var primary: [Partition] {
        entries.enumerated().filter { !$0.element.isEmpty }
            .map { partition($0.offset + 1, $0.element.start, $0.element) }
    }

    /// The partitions that lie in extended ones.
    func logical(of disk: ImageSlice) throws(FormatError) -> [Partition] {
        var found: [Partition] = []
        for entry in entries where entry.isExtended && !entry.isEmpty {
            try logical(in: entry, of: disk, into: &found)
        }
        return found
    }

    /// Follows the chain of records in an extended partition: each holds one logical partition and
    /// the place of the next record, both counted from different points.
    private func logical(
        in extended: Entry, of disk: ImageSlice, into found: inout [Partition]
    ) throws(FormatError) {
        var place: UInt64? = extended.start
        var number = 5
        while let start = place {
            guard number < 5 + Self.logicalLimit else {
                throw FormatError(
                    "extended partition", at: start * Self.sectorSize,
                    .outOfRange(value: UInt64(number), allowed: 5...UInt64(4 + Self.logicalLimit)))
            }
            let sector = try disk.slice(
                at: start * Self.sectorSize, count: 512, of: "extended boot record")
            guard sector[Self.signature] == 0xAA55 else {
                throw sector.error(
                    Self.signature,
                    .badMagic(found: UInt32(sector[Self.signature]), expected: 0xAA55))
            }
            place = nil
            for index in 0..<4 {
                let entry = Entry(sector, index)
                if entry.isEmpty { continue }
                if entry.isExtended {
                    if place == nil { place = extended.start + entry.start }
                } else {
                    found.append(partition(number, start + entry.start, entry))
                    number += 1
                }
            }
            // A chain that stands still holds no partition either; one that runs in a circle does,
            // and ends at the limit.
            if place == start { place = nil }
        }
    }

    private func partition(_ number: Int, _ start: UInt64, _ entry: Entry) -> Partition {
        let digits = String(entry.type, radix: 16)
        // 32-bit sector numbers: the sums and products stay below 2^43.
        return Partition(
            number: number,
            bytes: start * Self.sectorSize..<(start + entry.count) * Self.sectorSize,
            type: (digits.count == 1 ? "0" : "") + digits)
    }
}
