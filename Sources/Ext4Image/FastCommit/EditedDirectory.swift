internal import Ext4Layout
internal import ImageBytes

/// A directory's names while fast commits change them. It is written anew as a linear directory,
/// which every reader takes, whatever form it had.
struct EditedDirectory: Sendable {
    struct Entry: Sendable {
        let name: [UInt8]
        let inode: UInt32
        let fileType: UInt8
    }

    /// What `..` leads to.
    private(set) var parent: UInt32
    /// Whether a name was added or taken away.
    private(set) var isChanged = false
    private var entries: [Entry?] = []
    /// Where each name is found, in the form in which names are compared.
    private var places: [[UInt8]: Int] = [:]
    private let foldsCase: Bool

    /// A directory without names: one that is new, or to be read.
    init(parent: UInt32, isNew: Bool, foldsCase: Bool) {
        self.parent = parent
        self.foldsCase = foldsCase
        isChanged = isNew
    }

    private func key(_ name: [UInt8]) -> [UInt8] { foldsCase ? FoldedName(name).bytes : name }

    /// Takes what a block of a directory holds.
    ///
    /// - Returns: how many entries were looked at.
    /// - Throws: `FormatError` where the block cannot be read.
    mutating func read(_ block: ImageSlice) throws(FormatError) -> Int {
        var offset = 0
        var count = 0
        while offset < block.count,
            let entry = DirectoryEntry(in: block, at: offset, blockSize: block.count)
        {
            if let flaw = entry.flaw(limit: block.count) {
                throw FormatError(
                    "rec_len", at: block.origin + UInt64(offset) + 4,
                    .contradiction(flaw.rule, UInt64(entry.recordLength), UInt64(entry.nameLength)))
            }
            offset = entry.end
            count += 1
            guard entry.inode != 0, entry.nameLength > 0 else { continue }
            let name = block.copy(entry.nameRange)
            if name == [0x2E, 0x2E] { parent = entry.inode }
            if name == [0x2E] || name == [0x2E, 0x2E] { continue }
            append(Entry(name: name, inode: entry.inode, fileType: entry.fileType))
        }
        return count
    }

    /// What a name leads to, whose case may be another where that is folded; nil where it is not there.
    func inode(of name: [UInt8]) -> UInt32? { places[key(name)].flatMap { entries[$0]?.inode } }

    /// Adds a name that is not there.
    mutating func insert(_ entry: Entry) {
        isChanged = true
        append(entry)
    }

    private mutating func append(_ entry: Entry) {
        places[key(entry.name)] = entries.count
        entries.append(entry)
    }

    /// Takes a name away.
    mutating func remove(_ name: [UInt8]) {
        guard let place = places.removeValue(forKey: key(name)) else { return }
        isChanged = true
        entries[place] = nil
    }

    /// The blocks that hold it.
    ///
    /// - Parameters:
    ///   - number: its own inode, for `.`.
    ///   - least: no fewer blocks than these.
    ///   - blockSize: bytes in a block.
    ///   - tail: bytes at the end of each block that are kept for its checksum.
    ///   - hasTypes: whether entries say the kind of what they lead to.
    /// - Returns: whole blocks but for their checksums.
    func blocks(
        number: UInt32, least: Int, blockSize: Int, tail: Int, hasTypes: Bool
    ) -> [[UInt8]] {
        var writer = DirectoryWriter(blockSize: blockSize, tail: tail)
        let type = hasTypes ? FileKind.directory.directoryEntryType : 0
        writer.add(Entry(name: [0x2E], inode: number, fileType: type))
        writer.add(Entry(name: [0x2E, 0x2E], inode: parent, fileType: type))
        for entry in entries { if let entry { writer.add(entry) } }
        return writer.finish(least: least)
    }
}

/// Packs entries into the blocks of a linear directory.
private struct DirectoryWriter {
    let blockSize: Int
    let tail: Int
    private var blocks: [[UInt8]] = []
    private var block: [UInt8]
    private var used = 0
    private var last = 0

    init(blockSize: Int, tail: Int) {
        self.blockSize = blockSize
        self.tail = tail
        block = [UInt8](repeating: 0, count: blockSize)
    }

    mutating func add(_ entry: EditedDirectory.Entry) {
        let length = DirectoryEntry.length(forName: entry.name.count)
        if used + length > blockSize - tail { close() }
        block.set(DirectoryEntry.Fields.inode, entry.inode, from: used)
        block.set(DirectoryEntry.Fields.nameLength, UInt8(entry.name.count), from: used)
        block.set(DirectoryEntry.Fields.fileType, entry.fileType, from: used)
        let start = used + DirectoryEntry.headerCount
        block.replaceSubrange(start..<start + entry.name.count, with: entry.name)
        setLength(length, at: used)
        last = used
        used += length
    }

    /// Ends a block: its last entry takes all that is left.
    private mutating func close() {
        setLength(blockSize - tail - last, at: last)
        if tail > 0 {
            let place = blockSize - tail
            block.set(DirectoryTail.Fields.recordLength, 12, from: place)
            block.set(DirectoryTail.Fields.reservedNameLength, 0xDE00, from: place)
        }
        blocks.append(block)
        block = [UInt8](repeating: 0, count: blockSize)
        (used, last) = (0, 0)
    }

    /// `ext2fs_set_rec_len`: blocks of 64 KiB have two more bits in the lowest ones.
    private mutating func setLength(_ length: Int, at place: Int) {
        let wide = length == 65536 ? 65535 : length & 65532 | length >> 16 & 3
        block.set(
            DirectoryEntry.Fields.recordLength,
            UInt16(truncatingIfNeeded: blockSize < 65536 ? length : wide), from: place)
    }

    mutating func finish(least: Int) -> [[UInt8]] {
        close()
        while blocks.count < least { close() }
        return blocks
    }
}
