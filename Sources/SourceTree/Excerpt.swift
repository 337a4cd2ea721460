internal import HostSystem

/// A piece of a text input as an error shows it: escaped, and not longer than a few lines, whatever
/// the input holds.
struct Excerpt: CustomStringConvertible {
    let description: String

    private static let byteLimit = 512

    init(_ bytes: some Collection<UInt8>) {
        let shown = EscapedName(bytes.prefix(Self.byteLimit))
        description = bytes.count > Self.byteLimit ? "\(shown)…" : "\(shown)"
    }
}
