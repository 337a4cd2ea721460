/// Why bytes differ, by the names of DESIGN: a kind of difference, how often, and where first.
public struct Cause: Equatable, Sendable {
    /// The name, as in the JSON reports.
    public enum Name: String, Hashable, Sendable, CaseIterable {
        case uuid
        case label
        case hashSeed = "hash-seed"
        case timestamp
        case directoryOrder = "directory-order"
        case inodeOrder = "inode-order"
        case blockPlacement = "block-placement"
        case owner
        case mode
        case xattr
        case content
        case added
        case removed
        case hardLinks = "hard-links"
        case geometry
        case features
        case generation
        case journal
        case mounted
        case residue
        case checksum
        case count
        case unexplained

        /// Whether it always follows from another cause.
        public var isDerived: Bool { self == .checksum || self == .count }
    }

    public let name: Name
    /// How many facts differ for this cause.
    public let count: Int
    /// The first place, in words; names in it are escaped.
    public let place: String

    public init(_ name: Name, count: Int, place: String) {
        self.name = name
        self.count = count
        self.place = place
    }
}
