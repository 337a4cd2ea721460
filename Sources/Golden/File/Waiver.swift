/// A finding that a person has looked at and lets pass until a day, for a reason.
///
/// Waivers are counted and shown wherever they take effect; past their day they have none.
public struct Waiver: Hashable, Sendable {
    /// What is let pass: `lint:KIND`, `check:KIND` or `slack`. Bytes are never let pass.
    public let subject: String
    /// The last day on which the waiver holds.
    public let until: CalendarDay
    /// Why, in the words of the person who wrote it.
    public let reason: String

    /// Nil where `subject` is no word of letters, digits, `-`, `_` and `:`, or the
    /// reason is not a line of printable text.
    public init?(subject: String, until: CalendarDay, reason: String) {
        guard !subject.isEmpty, subject.utf8.allSatisfy(Self.isSubjectByte), !reason.isEmpty,
            PrintableText.holds(reason.utf8)
        else { return nil }
        self.subject = subject
        self.until = until
        self.reason = reason
    }

    /// Whether the waiver still holds on `day`.
    public func holds(on day: CalendarDay) -> Bool { day <= until }

    private static func isSubjectByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":")].contains(byte)
        }
    }
}
