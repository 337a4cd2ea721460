/// One entry of a tree, without its name's bytes: small and of fixed size, since there may be millions.
public struct SourceNode: Sendable {
    public var kind: FileKind
    /// Whether the host stores a regular file in fewer blocks than its size needs.
    public var mayHaveHoles: Bool
    /// Permission, set-id and sticky bits: `mode & 07777`.
    public var permissions: UInt16
    public var uid: UInt32
    public var gid: UInt32
    /// Seconds since 1970, fractions dropped.
    public var modified: Int64
    /// The byte count of a regular file; 0 for every other kind.
    public var size: UInt64
    /// Device numbers as Linux's `makedev` packs them; 0 where there is no device.
    public var device: UInt64
    /// The same apart: major and minor.
    public var deviceNumbers: (major: UInt32, minor: UInt32) {
        (
            UInt32(truncatingIfNeeded: device >> 8 & 0xFFF | device >> 32 & 0xFFFF_F000),
            UInt32(truncatingIfNeeded: device & 0xFF | device >> 12 & 0xFFFF_FF00)
        )
    }
    public var name: ByteRange
    /// What a symbolic link points to.
    public var target: ByteRange
    public var content: Content
    /// Names with the same number above 0 are hard links to one file.
    public var linkGroup: UInt32
    public var parent: UInt32
    /// The children, in the order of their names' bytes, are `children` of the tree's nodes.
    public var firstChild: UInt32
    public var childCount: UInt32

    public init(
        kind: FileKind, permissions: UInt16, uid: UInt32 = 0, gid: UInt32 = 0,
        modified: Int64 = 0, size: UInt64 = 0, device: UInt64 = 0, target: ByteRange = .empty,
        content: Content = .none, linkGroup: UInt32 = 0
    ) {
        self.kind = kind
        self.mayHaveHoles = false
        self.permissions = permissions
        self.uid = uid
        self.gid = gid
        self.modified = modified
        self.size = size
        self.device = device
        self.name = .empty
        self.target = target
        self.content = content
        self.linkGroup = linkGroup
        self.parent = 0
        self.firstChild = 0
        self.childCount = 0
    }

    /// Takes over how large a regular file of the host is.
    ///
    /// - Parameters:
    ///   - size: its bytes.
    ///   - storedBlocks: `st_blocks`, which counts in 512 bytes whatever the file system's blocks are
    ///     (stat(2)).
    mutating func setSize(_ size: UInt64, storedBlocks: Int64) {
        self.size = size
        mayHaveHoles = UInt64(max(0, storedBlocks)) < size / 512
    }

    /// The indices of the children in ``SourceTree/nodes``.
    public var children: Range<Int> { Int(firstChild)..<Int(firstChild) + Int(childCount) }

    /// The time of what has none: later than any epoch, and so the epoch under every policy.
    public static let timeless = Int64.max

    /// What mke2fs gives every file system, with its mode: where e2fsck puts files without a name.
    static let lostAndFound = SourceNode(
        kind: .directory, permissions: 0o700, modified: timeless)

    /// An implied folder, such as /nix for a tree of store paths.
    public static let folder = SourceNode(
        kind: .directory, permissions: 0o755, modified: timeless)
}
