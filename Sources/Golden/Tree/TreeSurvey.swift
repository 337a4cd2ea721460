public import Ext4Image
import Ext4Layout
import ImageBytes

/// Every name in an image, in the order in which a golden lists them: a directory, then its entries
/// sorted by the bytes of their names, each with all that is below it before the next.
public struct TreeSurvey: Sendable {
    /// No more names than these are read from an image.
    public static let entryLimit = 32 << 20
    /// No path is longer, escapes not counted: four times the kernel's `PATH_MAX`.
    public static let pathByteLimit = 16 << 10
    /// All directories' paths together. Each is kept once, whatever the number of its entries.
    public static let directoryPathByteLimit = 256 << 20

    /// What is mapped counts as our memory, and no directory is looked at twice: after so many, or after
    /// so many inodes, all that was looked at is let go of.
    private static let directoriesAtOnce = 1_024
    private static let inodesAtOnce = 16_384

    /// One name.
    struct Entry: Sendable {
        let inode: UInt32
        /// The index in ``directories`` of the directory the name stands in; -1 for the root.
        let directory: Int32
        /// Where in ``names`` the name starts, and its length.
        let nameStart: UInt64
        let nameLength: UInt8
        /// The index of the entry that named the same inode first; -1 where this one is the first.
        let first: Int32
    }

    private(set) var entries: [Entry] = []
    /// The path of each directory, with a final slash.
    private(set) var directories: [[UInt8]] = []
    private var names: [UInt8] = []
    private var firstEntry: [UInt32: Int32] = [:]
    private var seenDirectories: Set<UInt32> = []
    private var directoryPathBytes = 0

    /// Reads all directories.
    ///
    /// - Throws: ``TreeError`` where one cannot be read, or a limit is passed.
    public init(of image: Ext4Image) throws(TreeError) {
        let budget = BlockBudget(blockCount: image.geometry.blockCount)
        entries.append(
            Entry(
                inode: InodeNumber.root, directory: -1, nameStart: 0, nameLength: 0, first: -1))
        var stack = [try open(InodeNumber.root, path: [], in: image, budget)]
        var releaseAt = (directories: Self.directoriesAtOnce, inodes: Self.inodesAtOnce)
        while var top = stack.popLast() {
            guard let next = top.next() else { continue }
            if directories.count >= releaseAt.directories || entries.count >= releaseAt.inodes {
                image.bytes.release(0..<image.bytes.count)
                releaseAt = (
                    directories.count + Self.directoriesAtOnce, entries.count + Self.inodesAtOnce
                )
            }
            stack.append(top)
            try add(next, in: top.index)
            let kind = try kind(of: next.inode, in: image)
            if kind == .directory {
                let path = path(ofEntry: entries.count - 1)
                stack.append(try open(next.inode, path: path, in: image, budget))
            }
        }
    }

    /// How many names there are, the root's included.
    public var count: Int { entries.count }

    /// The path of an entry, `/` for the root.
    func path(ofEntry index: Int) -> [UInt8] {
        let entry = entries[index]
        guard entry.directory >= 0 else { return [UInt8(ascii: "/")] }
        let start = Int(entry.nameStart)
        return directories[Int(entry.directory)] + names[start..<start + Int(entry.nameLength)]
    }

    /// Adds the path of an entry, escaped, to a text.
    func append(pathOfEntry index: Int, to text: inout [UInt8]) {
        let entry = entries[index]
        guard entry.directory >= 0 else { return text.append(UInt8(ascii: "/")) }
        let start = Int(entry.nameStart)
        ASCIIEscape.append(directories[Int(entry.directory)], to: &text)
        ASCIIEscape.append(names[start..<start + Int(entry.nameLength)], to: &text)
    }

    /// How many bytes an entry's paths can take in its line: its own and, where another entry named the
    /// inode first, that one's, every byte of them escaped.
    func longestPaths(ofEntry index: Int) -> Int {
        let first = Int(entries[index].first)
        return ASCIIEscape.longest * (pathLength(index) + (first < 0 ? 0 : pathLength(first)))
    }

    private func pathLength(_ index: Int) -> Int {
        let entry = entries[index]
        guard entry.directory >= 0 else { return 1 }
        return directories[Int(entry.directory)].count + Int(entry.nameLength)
    }

    /// A directory on the way down, with the entries that were not reached yet.
    private struct OpenDirectory {
        let index: Int32
        let entries: [Ext4Image.NamedEntry]
        var position = 0

        mutating func next() -> Ext4Image.NamedEntry? {
            guard position < entries.count else { return nil }
            defer { position += 1 }
            return entries[position]
        }
    }

    private mutating func open(
        _ number: UInt32, path: [UInt8], in image: Ext4Image, _ budget: BlockBudget
    ) throws(TreeError) -> OpenDirectory {
        // Made only where it is printed.
        var shown: String { ASCIIEscape.text(path.isEmpty ? [UInt8(ascii: "/")] : path) }
        guard seenDirectories.insert(number).inserted else {
            throw TreeError(path: shown, .directoryTwice(number))
        }
        let prefix = path + [UInt8(ascii: "/")]
        directoryPathBytes += prefix.count
        guard prefix.count <= Self.pathByteLimit else {
            throw TreeError(path: shown, .pathTooLong(limit: Self.pathByteLimit))
        }
        guard directoryPathBytes <= Self.directoryPathByteLimit else {
            throw TreeError(
                path: shown, .directoryPathsTooLong(limit: Self.directoryPathByteLimit))
        }
        guard Self.charge(number, of: image, to: budget) else {
            throw TreeError(path: shown, .blocksTwice)
        }
        directories.append(prefix)
        do {
            let found = try image.entries(ofDirectory: number)
            return OpenDirectory(
                index: Int32(directories.count - 1),
                entries: found.sorted { $0.name.lexicographicallyPrecedes($1.name) })
        } catch { throw TreeError(path: shown, .format(error)) }
    }

    private mutating func add(
        _ entry: Ext4Image.NamedEntry, in directory: Int32
    ) throws(TreeError) {
        guard entries.count < Self.entryLimit else {
            throw TreeError(path: "/", .tooManyEntries(limit: Self.entryLimit))
        }
        let first = firstEntry[entry.inode] ?? -1
        if first < 0 { firstEntry[entry.inode] = Int32(entries.count) }
        entries.append(
            Entry(
                inode: entry.inode, directory: directory, nameStart: UInt64(names.count),
                nameLength: UInt8(clamping: entry.name.count), first: first))
        names += entry.name
    }

    private func kind(of number: UInt32, in image: Ext4Image) throws(TreeError) -> FileKind {
        var shown: String { ASCIIEscape.text(path(ofEntry: entries.count - 1)) }
        guard let inode = image.inode(number) else {
            throw TreeError(path: shown, .missingInode(number))
        }
        guard let kind = inode.kind else { throw TreeError(path: shown, .noKind(mode: inode.mode)) }
        return kind
    }

    /// Takes a directory's blocks from the budget, before they are read.
    private static func charge(
        _ number: UInt32, of image: Ext4Image, to budget: BlockBudget
    ) -> Bool {
        guard let inode = image.inode(number), image.hasMap(inode) else { return true }
        var isWithin = true
        image.walkMap(of: inode) { event in
            if case .run(let run) = event { isWithin = budget.take(run.length) }
            return isWithin
        }
        return isWithin
    }
}
