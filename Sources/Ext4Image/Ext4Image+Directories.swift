public import Ext4Layout
public import ImageBytes

extension Ext4Image {
    /// Whether entries of a directory carry the hash of their name after it (`ext4_hash_in_dirent`).
    public func hasHashes(inEntriesOf directory: borrowing Inode) -> Bool {
        directory.flags.contains([.encrypted, .caseFolded])
    }

    /// A name as a directory holds it, and what it leads to.
    public struct NamedEntry: Equatable, Sendable {
        /// The name's bytes.
        public let name: [UInt8]
        public let inode: UInt32
        /// The kind by the entry, which may contradict the inode's (`file_type`).
        public let fileType: UInt8
        /// Where in the image the entry starts.
        public let offset: UInt64
    }

    /// All names of a directory but `.` and `..`, in the order of its blocks.
    ///
    /// Hash-tree nodes are entries without an inode, so linear, hashed and inline directories are
    /// read alike.
    ///
    /// - Throws: `FormatError` where a block or an entry cannot be read.
    public func entries(ofDirectory number: UInt32) throws(FormatError) -> [NamedEntry] {
        guard let inode = inode(number) else { throw missing(number) }
        var found: [NamedEntry] = []
        try forEachEntry(of: inode) { entry, block in
            found.append(
                NamedEntry(
                    name: block.copy(entry.nameRange), inode: entry.inode,
                    fileType: entry.fileType, offset: block.origin + UInt64(entry.offset)))
            return true
        }
        return found
    }

    /// Gives out the entries that ``entries(ofDirectory:)`` has, where they lie.
    ///
    /// - Parameters:
    ///   - inode: the directory.
    ///   - body: told each entry and the block, or the part of an inode, that it lies in; its name lies
    ///     there, too. False ends the reading.
    /// - Throws: `FormatError` where a block or an entry cannot be read.
    public func forEachEntry(
        of inode: borrowing Inode, _ body: (DirectoryEntry, _ block: ImageSlice) -> Bool
    ) throws(FormatError) {
        var budget = DirectoryBudget(for: self)
        var goesOn = true
        let withHash = hasHashes(inEntriesOf: inode)
        try forEachDirectoryBlock(of: inode) { (_, block) throws(FormatError) in
            guard goesOn else { return }
            guard budget.take() else { throw DirectoryBudget.spent(block) }
            goesOn = try self.readEntries(in: block, withHash: withHash, body)
        }
    }

    /// Gives out the blocks of a directory that hold entries, in their order: whole blocks, or the
    /// one or two parts inside an inode.
    ///
    /// - Parameters:
    ///   - inode: the directory.
    ///   - body: told each block's number in the directory and its bytes.
    /// - Throws: `FormatError` where the map is broken, or what `body` throws.
    public func forEachDirectoryBlock(
        of inode: borrowing Inode,
        _ body: (_ logical: UInt64, _ block: ImageSlice) throws(FormatError) -> Void
    ) throws(FormatError) {
        if inode.flags.contains(.inlineData) {
            // The first four bytes are the parent's number, in place of `..`.
            let area = inode.blockArea
            try body(0, area.slice(4..<area.count))
            if let rest = inlineRest(of: inode), !rest.bytes.isEmpty { try body(1, rest) }
            return
        }
        // Any size may stand in an inode, the largest number too.
        let (whole, rest) = inode.size.quotientAndRemainder(
            dividingBy: UInt64(geometry.blockSize))
        let limit = whole + (rest == 0 ? 0 : 1)
        var failure: FormatError?
        walkMap(of: inode) { event in
            switch event {
            case .node: return true
            case .flaw(let flaw): failure = flaw
            case .run(let run):
                do throws(FormatError) {
                    guard run.logical < limit else { return false }
                    for index in 0..<min(run.length, limit - run.logical) {
                        guard let block = self.block(run.physical + index) else {
                            throw FormatError(
                                "directory block",
                                at: (run.physical + index) &* UInt64(geometry.blockSize),
                                .truncated(needed: geometry.blockSize, available: 0))
                        }
                        try body(run.logical + index, block)
                    }
                } catch { failure = error }
            }
            return failure == nil
        }
        if let failure { throw failure }
    }

    private func readEntries(
        in block: ImageSlice, withHash: Bool, _ body: (DirectoryEntry, ImageSlice) -> Bool
    ) throws(FormatError) -> Bool {
        var offset = 0
        while offset < block.count,
            let entry = DirectoryEntry(in: block, at: offset, blockSize: geometry.blockSize)
        {
            if let flaw = entry.flaw(limit: block.count, withHash: withHash) {
                throw FormatError(
                    "rec_len", at: block.origin + UInt64(offset) + 4,
                    .contradiction(flaw.rule, UInt64(entry.recordLength), UInt64(entry.nameLength)))
            }
            offset = entry.end
            guard entry.inode != 0, entry.nameLength > 0, !entry.isDots(in: block) else { continue }
            guard body(entry, block) else { return false }
        }
        return true
    }

    func missing(_ number: UInt32) -> FormatError {
        FormatError(
            "inode number", at: 0,
            .outside(value: UInt64(number), limit: UInt64(geometry.inodeCount)))
    }
}

extension DirectoryEntry {
    /// Whether the name is `.` or `..`.
    fileprivate func isDots(in block: ImageSlice) -> Bool {
        nameLength <= 2 && block[byte: nameRange.lowerBound] == UInt8(ascii: ".")
            && block[byte: nameRange.upperBound - 1] == UInt8(ascii: ".")
    }
}

extension DirectoryEntry.Flaw {
    /// The rule that is broken, in words.
    public var rule: String {
        switch self {
        case .tooShort: "is shorter than any entry (record, name)"
        case .unaligned: "is not a multiple of 4 (record, name)"
        case .pastEnd: "runs past the block (record, name)"
        case .shorterThanName: "is shorter than the name needs (record, name)"
        }
    }
}
