internal import HostSystem

/// The sections of an ELF file that hold notes, found without believing any number in it.
struct ELFSections {
    /// Where notes lie, in rising order, without overlaps.
    let notes: [Range<UInt64>]
    private let isBigEndian: Bool
    private let sections: [Section]
    private let names: [UInt8]

    private struct Section {
        let name: Int
        let kind: UInt64
        let place: Range<UInt64>
    }

    /// More sections than this are not read.
    private static let sectionLimit: UInt64 = 1 << 14
    private static let namesLimit: UInt64 = 1 << 20
    /// `SHT_NOTE` and `SHT_NOBITS`.
    private static let noteKind: UInt64 = 7
    private static let emptyKind: UInt64 = 8

    init?(_ content: any ContentBytes) {
        let header = content.bytes(at: 0, count: 64)
        guard header.count >= 52, header[4] == 1 || header[4] == 2, header[5] == 1 || header[5] == 2
        else { return nil }
        let isWide = header[4] == 2
        let isBig = header[5] == 2
        isBigEndian = isBig
        func number(_ bytes: [UInt8], _ index: Int, _ count: Int) -> UInt64? {
            bytes.integer(at: index, count: count, bigEndian: isBig)
        }
        let base = isWide ? 58 : 46
        guard let table = number(header, isWide ? 40 : 32, isWide ? 8 : 4),
            let size = number(header, base, 2), let count = number(header, base + 2, 2),
            let nameIndex = number(header, base + 4, 2), size >= (isWide ? 64 : 40), size <= 256,
            count > 0, count <= Self.sectionLimit,
            let entries = content.exactly(Int(size * count), at: table)
        else { return nil }
        var sections: [Section] = []
        for index in 0..<Int(count) {
            let start = index * Int(size)
            guard let name = number(entries, start, 4), let kind = number(entries, start + 4, 4),
                let place = number(entries, start + (isWide ? 24 : 16), isWide ? 8 : 4),
                let length = number(entries, start + (isWide ? 32 : 20), isWide ? 8 : 4)
            else { return nil }
            let (end, overflow) = place.addingReportingOverflow(length)
            let isInside = kind != Self.emptyKind && !overflow && end <= content.byteCount
            sections.append(
                Section(name: Int(name), kind: kind, place: isInside ? place..<end : 0..<0))
        }
        self.sections = sections
        var names: [UInt8] = []
        if nameIndex < count {
            let place = sections[Int(nameIndex)].place
            names = content.bytes(
                at: place.lowerBound, count: Int(min(UInt64(place.count), Self.namesLimit)))
        }
        self.names = names
        var notes: [Range<UInt64>] = []
        let found = sections.filter { $0.kind == Self.noteKind && !$0.place.isEmpty }.map(\.place)
        for place in found.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = notes.last, place.lowerBound < last.upperBound { continue }
            notes.append(place)
        }
        self.notes = notes
    }

    /// The name of the section that a byte lies in, escaped.
    func section(at offset: UInt64) -> String? {
        guard let section = sections.first(where: { $0.place.contains(offset) }),
            section.name < names.count
        else { return nil }
        let name = names[section.name...].prefix(64).prefix { $0 != 0 }
        return name.isEmpty ? nil : "\(EscapedName(name))"
    }

    /// The GNU build ID (note type 3 of the owner `GNU`) and where its bytes lie.
    func buildID(_ content: any ContentBytes) -> (bytes: [UInt8], place: Range<UInt64>)? {
        // The linker puts it first; a file of many notes has it among the first few.
        for place in notes.prefix(16) {
            let count = Int(min(UInt64(place.count), 1 << 16))
            let bytes = content.bytes(at: place.lowerBound, count: count)
            var next = 0
            while let nameSize = bytes.integer(at: next, count: 4, bigEndian: isBigEndian),
                let size = bytes.integer(at: next + 4, count: 4, bigEndian: isBigEndian),
                let kind = bytes.integer(at: next + 8, count: 4, bigEndian: isBigEndian)
            {
                let start = next + 12 + Int((nameSize + 3) & ~3)
                let end = start + Int(size)
                guard end <= bytes.count else { break }
                if kind == 3, nameSize == 4,
                    bytes[next + 12..<next + 16].elementsEqual("GNU\0".utf8)
                {
                    let offset = place.lowerBound + UInt64(start)
                    return (Array(bytes[start..<end]), offset..<offset + size)
                }
                next = start + Int((size + 3) & ~3)
            }
        }
        return nil
    }
}
