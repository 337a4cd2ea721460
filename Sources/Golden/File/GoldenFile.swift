/// What a blessed image is held against: the content of a `NAME.golden`.
///
/// It is a function of the image, of the inputs that a build knows, and of what a person promised
/// or waived; there is no date of recording, host, user or path in it. docs/golden.md specifies
/// the text.
public struct GoldenFile: Equatable, Sendable {
    /// The version of the format this program writes. A reader refuses another major version.
    public static let majorVersion = 1
    public static let minorVersion = 0

    /// A fact by its name: the kernel's, where the kernel has one.
    public struct Fact: Hashable, Sendable {
        public let name: String
        /// Printable text; byte strings stand in quotes.
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The facts of one block group's descriptor.
    public struct Group: Equatable, Sendable {
        public let number: UInt64
        public let facts: [Fact]

        public init(number: UInt64, facts: [Fact]) {
            self.number = number
            self.facts = facts
        }
    }

    /// All blocks that one kind of structure owns, as one digest.
    public struct OwnerClass: Hashable, Sendable {
        public let name: String
        /// Blocks of the file system that belong to the class.
        public let blockCount: UInt64
        public let digest: SHA256Digest

        public init(name: String, blockCount: UInt64, digest: SHA256Digest) {
            self.name = name
            self.blockCount = blockCount
            self.digest = digest
        }
    }

    /// What a mounted file system shows, as one digest over its entries' lines.
    public struct Tree: Hashable, Sendable {
        public let entryCount: UInt64
        public let digest: SHA256Digest

        public init(entryCount: UInt64, digest: SHA256Digest) {
            self.entryCount = entryCount
            self.digest = digest
        }
    }

    /// One name in the tree, in the manner of mtree(5): the escaped path and its facts.
    public struct Entry: Hashable, Sendable {
        public let path: String
        public let facts: String

        public init(path: String, facts: String) {
            self.path = path
            self.facts = facts
        }
    }

    /// The digest of one span that holds a byte other than zero; see ``VerityTree``.
    public struct Span: Hashable, Sendable {
        public let index: UInt64
        public let digest: SHA256Digest

        public init(index: UInt64, digest: SHA256Digest) {
            self.index = index
            self.digest = digest
        }
    }

    /// The `NAME.blocks` that belongs to this golden.
    public struct BlocksPin: Hashable, Sendable {
        /// Blocks that are not zeros.
        public let count: UInt64
        /// SHA-256 of the whole file.
        public let digest: SHA256Digest

        public init(count: UInt64, digest: SHA256Digest) {
            self.count = count
            self.digest = digest
        }
    }

    /// What the image was built from.
    public struct Inputs: Hashable, Sendable {
        /// SHA-256 of the recipe in its canonical form.
        public let recipe: SHA256Digest
        /// SHA-256 of everything the recipe takes in.
        public let sources: SHA256Digest

        public init(recipe: SHA256Digest, sources: SHA256Digest) {
            self.recipe = recipe
            self.sources = sources
        }
    }

    /// What the image must still offer after the first boot, at least.
    public struct Promise: Hashable, Sendable {
        public let freeInodes: UInt64
        /// Bytes that root can write through the kernel.
        public let freeBytes: UInt64

        public init(freeInodes: UInt64, freeBytes: UInt64) {
            self.freeInodes = freeInodes
            self.freeBytes = freeBytes
        }
    }

    public var imageBytes: UInt64
    public var sha256: SHA256Digest
    /// The judge: the dm-verity root, which covers every byte.
    public var root: SHA256Digest
    public var blocks: BlocksPin?
    /// The layout's version, where the image was built by a program that has one.
    public var layout: Int?
    public var inputs: Inputs?
    public var promise: Promise?
    public var superblock: [Fact]
    public var groups: [Group]
    public var classes: [OwnerClass]
    public var tree: Tree
    /// A line for each name, where they were asked for (`--tree`).
    public var entries: [Entry]
    public var spans: [Span]
    public var waivers: [Waiver]

    public init(
        imageBytes: UInt64, sha256: SHA256Digest, root: SHA256Digest, blocks: BlocksPin? = nil,
        layout: Int? = nil, inputs: Inputs? = nil, promise: Promise? = nil, superblock: [Fact],
        groups: [Group], classes: [OwnerClass], tree: Tree, entries: [Entry] = [], spans: [Span],
        waivers: [Waiver] = []
    ) {
        self.imageBytes = imageBytes
        self.sha256 = sha256
        self.root = root
        self.blocks = blocks
        self.layout = layout
        self.inputs = inputs
        self.promise = promise
        self.superblock = superblock
        self.groups = groups
        self.classes = classes
        self.tree = tree
        self.entries = entries
        self.spans = spans
        self.waivers = waivers
    }
}
