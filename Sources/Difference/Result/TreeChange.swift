/// A name of the tree that is not the same on both sides.
public struct TreeChange: Equatable, Sendable {
    /// Where the name leads in the first image; nil where it is not there.
    public let before: UInt32?
    /// Where the name leads in the second image; nil where it is not there.
    public let after: UInt32?
    /// Why: `added`, `removed`, or any of `content`, `mode`, `owner`, `timestamp`, `xattr`,
    /// `hardLinks`, `generation`.
    public let causes: CauseSet
    /// The directory and the name, where it was added or removed.
    let name: Name?

    struct Name: Equatable, Sendable {
        /// In the image that has the name.
        let directory: UInt32
        let bytes: [UInt8]
    }

    init(before: UInt32?, after: UInt32?, causes: CauseSet, name: Name? = nil) {
        self.before = before
        self.after = after
        self.causes = causes
        self.name = name
    }
}
