import Ext4Layout
import ImageBytes

extension SuperblockFacts {
    /// The superblock that gives these facts; nil where they are not those of one, each field once
    /// and in the order of the bytes.
    static func superblock(of facts: [GoldenFile.Fact]) -> Superblock? {
        guard facts.count == Superblock.layout.count else { return nil }
        var bytes = [UInt8](repeating: 0, count: Superblock.byteCount)
        for (fact, field) in zip(facts, Superblock.layout) {
            guard fact.name == field.description,
                let value = self.bytes(of: fact, count: field.range.count)
            else { return nil }
            bytes.replaceSubrange(field.range, with: value)
        }
        // Writing them down again tells whether the values had the one form that there is.
        guard let found = try? Superblock(decoding: ImageSlice(bytes.rawSpan), at: 0),
            self.facts(of: found) == facts
        else { return nil }
        return found
    }

    /// The bytes of a field, as many as it has.
    private static func bytes(of fact: GoldenFile.Fact, count: Int) -> [UInt8]? {
        let value = fact.value
        var bytes: [UInt8]?
        if texts.contains(fact.name) {
            bytes = ASCIIEscape.decode(value.dropFirst().dropLast())
        } else if uuids.contains(fact.name) {
            bytes = hexadecimal(value.filter { $0 != "-" })
        } else if [1, 2, 4, 8].contains(count), !arrays.contains(fact.name) {
            let number =
                value.hasPrefix("0x")
                ? UInt64(value.dropFirst(2), radix: 16) : UInt64(decimal: value)
            bytes = number.map { number in
                (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
            }
        } else {
            bytes = value == "0" ? [] : hexadecimal(value)
        }
        guard let bytes, bytes.count <= count else { return nil }
        return bytes + [UInt8](repeating: 0, count: count - bytes.count)
    }

    private static func hexadecimal(_ text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
        guard digits.count == text.utf8.count, digits.count % 2 == 0 else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
