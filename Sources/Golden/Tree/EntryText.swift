/// Lines in the grammar of a golden's `entry` lines, a name each: of a tree that goes in, or of one
/// that came out. See docs/golden.md.
public struct EntryText: Sendable {
    /// The lines so far.
    public private(set) var bytes: [UInt8] = []

    public init() {}

    // No generics: callers in other modules would get them unspecialised, and there are as many
    // calls as facts.

    /// Begins the line of a path.
    public mutating func begin(path: [UInt8]) {
        bytes.append(word: "entry ")
        ASCIIEscape.append(path, to: &bytes)
    }

    /// Adds what another text has: the beginning or the end of a line.
    public mutating func append(_ other: EntryText) { bytes += other.bytes }

    /// Adds a fact whose value is a word.
    public mutating func fact(_ name: StaticString, _ value: StaticString) {
        begin(name)
        bytes.append(word: value)
    }

    /// Adds a fact whose value is a number.
    public mutating func fact(_ name: StaticString, number: Int64) {
        begin(name)
        bytes.append(number: number)
    }

    /// Adds a fact whose value is a number without sign, or two with a comma.
    public mutating func fact(_ name: StaticString, count: UInt64, _ second: UInt64? = nil) {
        begin(name)
        bytes.append(number: count)
        guard let second else { return }
        bytes.append(UInt8(ascii: ","))
        bytes.append(number: second)
    }

    /// Adds a fact whose value is a mode: octal digits behind a 0.
    public mutating func fact(_ name: StaticString, mode: UInt16) {
        begin(name)
        bytes.append(mode: mode)
    }

    /// Adds a fact whose value is a digest.
    public mutating func fact(_ name: StaticString, _ digest: SHA256Digest) {
        begin(name)
        digest.appendHex(to: &bytes)
    }

    /// Adds a fact whose value is bytes, escaped: a path, a target.
    public mutating func fact(_ name: StaticString, bytes value: ArraySlice<UInt8>) {
        begin(name)
        ASCIIEscape.append(value, to: &bytes)
    }

    private mutating func begin(_ name: StaticString) {
        bytes.append(UInt8(ascii: " "))
        bytes.append(word: name)
        bytes.append(UInt8(ascii: "="))
    }

    /// Adds an extended attribute: a short value in base64, a long one as the root over it.
    public mutating func attribute(name: [UInt8], value: [UInt8]) {
        bytes.append(word: " xattr.")
        XattrFacts.append(name: name, to: &bytes)
        bytes.append(UInt8(ascii: "="))
        bytes += XattrFacts.fact(of: value)
    }

    /// Ends the line.
    public mutating func end() { bytes.append(UInt8(ascii: "\n")) }

    /// Starts anew.
    public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Bytes as the words of a golden, for texts that are not lines of entries.
    public static func escape(_ bytes: some Collection<UInt8>) -> String { ASCIIEscape.text(bytes) }
}
