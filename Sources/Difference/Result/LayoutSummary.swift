/// How the layouts of two images compare where their trees say the same.
public struct LayoutSummary: Equatable, Sendable {
    /// Blocks of content that lie elsewhere, their bytes unchanged.
    public var movedBlocks: UInt64 = 0
    /// The files they belong to.
    public var movedFiles: UInt64 = 0
    /// Files and directories that have other inode numbers.
    public var renumberedInodes: UInt64 = 0
    /// Directories that hold the same names in another order.
    public var reorderedDirectories: UInt64 = 0
    /// Where the orders of the inodes part first: the path, escaped, and its two numbers.
    public var parting: Parting?

    /// An inode whose number breaks the order of the other image.
    public struct Parting: Equatable, Sendable {
        public let path: String
        public let before: UInt32
        public let after: UInt32
    }

    public init() {}
}
