/// A syllable of Hangul, whose parts follow from its number (the Unicode Standard, section 3.12).
struct HangulSyllable {
    private static let first: UInt32 = 0xAC00
    private static let vowelCount: UInt32 = 21
    /// The final consonants, and none.
    private static let finalCount: UInt32 = 28
    private static let count = 19 * vowelCount * finalCount

    private let index: UInt32

    /// Nil where a character is no such syllable.
    init?(_ scalar: Unicode.Scalar) {
        guard scalar.value >= Self.first, scalar.value - Self.first < Self.count else {
            return nil
        }
        index = scalar.value - Self.first
    }

    /// Two or three letters.
    var parts: [Unicode.Scalar] {
        let (pair, final) = index.quotientAndRemainder(dividingBy: Self.finalCount)
        let (initial, vowel) = pair.quotientAndRemainder(dividingBy: Self.vowelCount)
        let values = [0x1100 + initial, 0x1161 + vowel] + (final == 0 ? [] : [0x11A7 + final])
        return values.compactMap(Unicode.Scalar.init)
    }
}
