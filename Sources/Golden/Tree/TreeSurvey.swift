public import Ext4Image
import Ext4Layout
import ImageBytes

/// Every name in an image, in the order in which a golden lists them: a directory, then its entries
/// sorted by the bytes of their names, each with all that is below it before the next.
public struct TreeSurvey: Sendable {
    /// What is mapped counts as our memory, and little of it is looked at twice: after so many directories,
    /// or so many inodes, all that was looked at is let go of.
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
    private var firstEntry: [UInt32: Int32] = [InodeNumber.root: 0]
    private var limits = TreeBudget()
    /// What was found and not reached yet; the last one is the next.
    private var waiting: [Found] = []

    /// A name that was found in a directory.
    private struct Found {
        let inode: UInt32
        let directory: Int32
        /// Where in ``names`` the name lies.
        let name: Range<Int>
    }

    /// Reads all directories.
    ///
    /// - Throws: ``TreeError`` where one cannot be read, or a limit is passed.
    public init(of image: Ext4Image) throws(TreeError) {
        let budget = BlockBudget(blockCount: image.geometry.blockCount)
        entries.append(
            Entry(
                inode: InodeNumber.root, directory: -1, nameStart: 0, nameLength: 0, first: -1))
        try open(entry: 0, in: image, budget)
        var releaseAt = (directories: Self.directoriesAtOnce, inodes: Self.inodesAtOnce)
        while let next = waiting.popLast() {
            if directories.count >= releaseAt.directories || entries.count >= releaseAt.inodes {
                image.bytes.releaseAll()
                releaseAt = (
                    directories.count + Self.directoriesAtOnce, entries.count + Self.inodesAtOnce
                )
            }
            add(next)
            let index = entries.count - 1
            if try kind(ofEntry: index, in: image) == .directory {
                try open(entry: index, in: image, budget)
            }
        }
        waiting = []
    }

    /// How many names there are, the root's included.
    public var count: Int { entries.count }

    /// The path of an entry, `/` for the root.
    func path(ofEntry index: Int) -> [UInt8] {
        let entry = entries[index]
        guard entry.directory >= 0 else { return [UInt8(ascii: "/")] }
        let start = Int(entry.nameStart)
        var path: [UInt8] = []
        // A directory's gets a slash.
        path.reserveCapacity(pathLength(index) + 1)
        path += directories[Int(entry.directory)]
        path += names[start..<start + Int(entry.nameLength)]
        return path
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

    /// Reads the directory that an entry names.
    private mutating func open(
        entry index: Int, in image: Ext4Image, _ budget: BlockBudget
    ) throws(TreeError) {
        let number = entries[index].inode
        // Made only where it is printed.
        var shown: String { ASCIIEscape.text(path(ofEntry: index)) }
        guard entries[index].first < 0 else {
            throw TreeError(path: shown, .directoryTwice(number))
        }
        var prefix = path(ofEntry: index)
        if index > 0 { prefix.append(UInt8(ascii: "/")) }
        if let limit = limits.takeDirectory(pathByteCount: prefix.count) {
            throw TreeError(path: shown, limit)
        }
        guard let inode = image.inode(number) else {
            throw TreeError(path: shown, .missingInode(number))
        }
        guard Self.charge(inode, of: image, to: budget) else {
            throw TreeError(path: shown, .blocksTwice)
        }
        directories.append(prefix)
        let limit: TreeError.Reason?
        do { limit = try find(in: inode, of: image) } catch {
            throw TreeError(path: shown, .format(error))
        }
        if let limit { throw TreeError(path: "/", limit) }
    }

    /// Adds the names in a directory, the newest one, to those that wait, the first one last. Gives the
    /// limit that they pass, if they do.
    private mutating func find(
        in directory: borrowing Inode, of image: Ext4Image
    ) throws(FormatError) -> TreeError.Reason? {
        var found: [Found] = []
        var limit: TreeError.Reason?
        try image.forEachEntry(of: directory) { entry, block in
            limit = limits.takeName(byteCount: entry.nameLength)
            guard limit == nil else { return false }
            let start = names.count
            block.append(entry.nameRange, to: &names)
            found.append(
                Found(
                    inode: entry.inode, directory: Int32(directories.count - 1),
                    name: start..<names.count))
            return true
        }
        guard limit == nil else { return limit }
        // Of equal names, which a broken directory may have, the order stays.
        found.sort { ImageSlice(names.rawSpan).isOrdered($0.name, before: $1.name) }
        waiting += found.reversed()
        return nil
    }

    private mutating func add(_ found: Found) {
        let first = firstEntry[found.inode] ?? -1
        if first < 0 { firstEntry[found.inode] = Int32(entries.count) }
        entries.append(
            Entry(
                inode: found.inode, directory: found.directory,
                nameStart: UInt64(found.name.lowerBound), nameLength: UInt8(found.name.count),
                first: first))
    }

    private func kind(ofEntry index: Int, in image: Ext4Image) throws(TreeError) -> FileKind {
        var shown: String { ASCIIEscape.text(path(ofEntry: index)) }
        let number = entries[index].inode
        guard let inode = image.inode(number) else {
            throw TreeError(path: shown, .missingInode(number))
        }
        guard let kind = inode.kind else { throw TreeError(path: shown, .noKind(mode: inode.mode)) }
        return kind
    }

    /// Takes a directory's blocks from the budget, before they are read.
    private static func charge(
        _ inode: borrowing Inode, of image: Ext4Image, to budget: BlockBudget
    ) -> Bool {
        guard image.hasMap(inode) else { return true }
        var isWithin = true
        image.walkMap(of: inode) { event in
            if case .run(let run) = event { isWithin = budget.take(run.length) }
            return isWithin
        }
        return isWithin
    }
}
