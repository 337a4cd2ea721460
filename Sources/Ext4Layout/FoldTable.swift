/// What characters become when case is folded: made once, of the properties that the standard
/// library has of them, since those cost too much to be asked for every character of every name.
struct FoldTable: Sendable {
    static let shared = FoldTable()

    /// A character that another one becomes, or becomes a part of.
    struct Part: Sendable {
        let scalar: Unicode.Scalar
        /// The canonical combining class: 0 where nothing is put before it.
        let order: UInt8
    }

    /// The Unicode that the kernel's tables are of.
    private static let version = (major: 12, minor: 1)

    /// Where a character can be that becomes anything but itself.
    private static let ranges: [Range<UInt32>] = [
        0x41..<0x3400, 0xA000..<0xAC00, 0xF900..<0x17000, 0x1BC00..<0x1F000, 0x2F800..<0x2FA20,
        0xE0000..<0xE1000,
    ]

    /// For each 256 characters, which part of the cells they have; 0 where they become themselves.
    private var pages = [UInt16](repeating: 0, count: 0x1100)
    /// For each character of a page, its folding; 0 where it becomes itself.
    private var cells = [UInt16](repeating: 0, count: 256)
    /// The second is that of characters that are left out.
    private var foldings: [[Part]] = [[], []]

    private init() {
        for scalar in Self.ranges.joined().compactMap(Unicode.Scalar.init) {
            guard let parts = Self.parts(scalar) else { continue }
            let page = Int(scalar.value >> 8)
            if pages[page] == 0 {
                pages[page] = UInt16(cells.count >> 8)
                cells += [UInt16](repeating: 0, count: 256)
            }
            let cell = Int(pages[page]) << 8 | Int(scalar.value & 0xFF)
            cells[cell] = parts.isEmpty ? 1 : UInt16(foldings.count)
            if !parts.isEmpty { foldings.append(parts) }
        }
    }

    /// What a character becomes, nothing where it is left out; nil where it becomes itself, or is a
    /// syllable of Hangul.
    func parts(of scalar: Unicode.Scalar) -> [Part]? {
        let page = Int(pages[Int(scalar.value >> 8)])
        let folding = Int(cells[page << 8 | Int(scalar.value & 0xFF)])
        return folding == 0 ? nil : foldings[folding]
    }

    private static func parts(_ scalar: Unicode.Scalar) -> [Part]? {
        let properties = scalar.properties
        let age = properties.age
        let isKnown = age.map { ($0.major, $0.minor) <= version } ?? false
        // What is reserved for characters to be ignored was ignored before it was assigned.
        if properties.isDefaultIgnorableCodePoint, isKnown || age == nil { return [] }
        guard isKnown else { return nil }
        var parts: [Part] = []
        for folded in folded(scalar) {
            CanonicalDecomposition.forEachPart(of: folded) {
                parts.append(
                    Part(scalar: $0, order: $0.properties.canonicalCombiningClass.rawValue))
            }
        }
        return parts.count == 1 && parts[0].scalar == scalar && parts[0].order == 0 ? nil : parts
    }

    /// Full case folding, by the standard library's case mappings.
    private static func folded(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        let properties = scalar.properties
        guard properties.changesWhenCaseFolded else { return [scalar] }
        // Cherokee folds to its capitals, which are older than its small letters.
        if 0x13F8...0x13FD ~= scalar.value || 0xAB70...0xABBF ~= scalar.value {
            return Array(properties.uppercaseMapping.unicodeScalars)
        }
        // Small, capital, small: some small letters share a capital, some capitals are of many.
        return properties.lowercaseMapping.unicodeScalars
            .flatMap { $0.properties.uppercaseMapping.unicodeScalars }
            .flatMap { $0.properties.lowercaseMapping.unicodeScalars }
    }
}
