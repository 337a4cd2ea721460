internal import Golden

/// The digest of a long text, of which only the newest part is in memory.
struct DigestedText {
    private static let limit = 1 << 16

    /// The line that is being written, and some before it.
    var text = EntryText()
    private var hasher = SHA256Hasher()

    /// Ends a line.
    mutating func endLine() {
        text.end()
        if text.bytes.count >= Self.limit { flush() }
    }

    /// The digest of all lines.
    mutating func finish() -> SHA256Digest {
        flush()
        return hasher.finish()
    }

    private mutating func flush() {
        hasher.update(text.bytes)
        text.removeAll()
    }
}
