public import Golden

/// All differences of one kind, such as every `i_atime` that differs: one line of a report.
public struct Finding: Equatable, Sendable {
    /// What is counted.
    public enum Unit: String, Sendable {
        case field, inode, block, group, copy, entry, directory, file, name, byte
    }

    public let cause: Cause.Name
    /// Whether it follows from ``follows`` and says nothing new.
    public let isDerived: Bool
    /// The primary causes that it follows from; empty for a primary one.
    public let follows: [Cause.Name]
    /// What differs: the kernel's name of a field, or a few words.
    public let what: String
    public let unit: Unit
    /// How many of ``unit`` differ so.
    public let count: UInt64
    /// The first few places.
    public let examples: [Example]

    /// One place, and what stands there on both sides.
    public struct Example: Equatable, Sendable {
        /// In words; names in it are escaped.
        public let place: String
        /// Bytes from the start of the file system, where one place of the image is meant.
        public let offset: UInt64?
        /// The values as people read them, escaped; nil where they would say nothing.
        public let before: String?
        public let after: String?

        public init(
            _ place: String, offset: UInt64? = nil, before: String? = nil, after: String? = nil
        ) {
            self.place = place
            self.offset = offset
            self.before = before
            self.after = after
        }
    }

    /// No finding keeps more examples.
    public static let exampleLimit = 5
}
