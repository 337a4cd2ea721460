/// The canonical decomposition of characters, down to what cannot be decomposed.
///
/// The standard library has it, but shows it to nobody: the tables here are
/// `Decomposition_Mapping` of `UnicodeData.txt` 12.1, of the characters that are left when case is
/// folded. Later versions of Unicode do not change them.
enum CanonicalDecomposition {
    private enum Mapping {
        /// One character instead of another.
        case other(Unicode.Scalar)
        /// A character, which may be decomposed further, and a mark.
        case marked(Unicode.Scalar, Unicode.Scalar)
    }

    private static let mappings: [Unicode.Scalar: Mapping] = {
        var mappings: [Unicode.Scalar: Mapping] = [:]
        for line in pairs.split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == ":" || $0 == "=" }.compactMap(scalar)
            guard let mark = words.first else { continue }
            for index in stride(from: 1, to: words.count - 1, by: 2) {
                mappings[words[index]] = .marked(words[index + 1], mark)
            }
        }
        for line in others.split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == ":" }.compactMap(scalar)
            guard let first = words.first else { continue }
            for (index, word) in words.dropFirst().enumerated() {
                guard let place = Unicode.Scalar(first.value + UInt32(index)) else { continue }
                mappings[place] = .other(word)
            }
        }
        return mappings
    }()

    private static func scalar(_ word: Substring) -> Unicode.Scalar? {
        UInt32(word, radix: 16).flatMap(Unicode.Scalar.init)
    }

    /// Gives out the characters that one stands for, itself where it stands for no others. Hangul,
    /// which needs no table, is not looked for.
    static func forEachPart(of scalar: Unicode.Scalar, _ body: (Unicode.Scalar) -> Void) {
        switch mappings[scalar] {
        case .other(let other):
            forEachPart(of: other, body)
        case .marked(let base, let mark):
            forEachPart(of: base, body)
            forEachPart(of: mark, body)
        case nil:
            body(scalar)
        }
    }
}
