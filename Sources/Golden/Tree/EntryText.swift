/// Lines in the grammar of a golden's `entry` lines, a name each: of a tree that goes in, or of one
/// that came out. See docs/golden.md.
public struct EntryText: Sendable {
    /// The lines so far.
    public private(set) var bytes: [UInt8] = []

    public init() {}

    /// Begins the line of a path.
    public mutating func begin(path: some Collection<UInt8>) {
        bytes += "entry ".utf8
        ASCIIEscape.append(path, to: &bytes)
    }

    /// Adds a fact whose value is plain text: a number, a word.
    public mutating func fact(_ name: String, _ value: String) {
        bytes += " \(name)=\(value)".utf8
    }

    /// Adds a fact whose value is bytes, escaped: a path, a target.
    public mutating func fact(_ name: String, bytes value: some Collection<UInt8>) {
        bytes += " \(name)=".utf8
        ASCIIEscape.append(value, to: &bytes)
    }

    /// Adds an extended attribute: a short value in base64, a long one as the root over it.
    public mutating func attribute(name: some Collection<UInt8>, value: [UInt8]) {
        bytes += " xattr.".utf8
        XattrFacts.append(name: name, to: &bytes)
        bytes.append(UInt8(ascii: "="))
        bytes += XattrFacts.fact(of: value)
    }

    /// Ends the line.
    public mutating func end() { bytes.append(UInt8(ascii: "\n")) }

    /// Takes the lines so far out.
    public mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    /// Bytes as the words of a golden, for texts that are not lines of entries.
    public static func escape(_ bytes: some Collection<UInt8>) -> String { ASCIIEscape.text(bytes) }
}
