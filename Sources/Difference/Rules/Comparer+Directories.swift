import Ext4Image
import Ext4Layout
import Golden
import HostSystem
import ImageBytes

/// What each byte of a directory block is: enough to say why it differs.
enum DirectoryByte: UInt8 {
    case gap, inode, entry, fileType, tail, hashTree, checksum
}

extension Comparer {
    /// A block of a directory that lies in the same place on both sides.
    func compareDirectories(
        _ block: UInt64, _ one: ImageSlice, _ other: ImageSlice, _ left: borrowing Inode,
        _ right: borrowing Inode, logical: UInt64
    ) {
        let bytes = (
            DirectoryBytes(oldOwners, one, left, logical: logical, block: block),
            DirectoryBytes(newOwners, other, right, logical: logical, block: block)
        )
        let reason = directoryReason(left.number)
        var roots: CauseSet = []
        var isChecksumDifferent = false
        func add(_ attribution: Attribution) {
            ledger.attribute(attribution.cause, roots: attribution.roots)
            roots.formUnion(
                attribution.roots.isEmpty ? CauseSet(attribution.cause) : attribution.roots)
        }
        var hasResidue = false
        for offset in 0..<one.count where one[byte: offset] != other[byte: offset] {
            switch (bytes.0.kinds[offset], bytes.1.kinds[offset]) {
            case (.checksum, .checksum): isChecksumDifferent = true
            case (.gap, .gap):
                if !hasResidue {
                    residue(block, one, other, "gap in a directory", at: offset)
                    roots.insert(CauseSet(.residue))
                    hasResidue = true
                }
            case (.inode, .inode):
                add(numberReason(one, other, bytes, offset, reason))
            case (.fileType, .fileType)
            where pairs.fate(left.number).names.isEmpty
                && !pairs.fate(left.number).isReordered:
                add(typeReason())
            case (.hashTree, .hashTree) where old.hashSeed() != new.hashSeed():
                add(.init(cause: .directoryOrder, roots: CauseSet(.hashSeed)))
            default: add(reason)
            }
        }
        guard isChecksumDifferent else { return }
        if !hasSameSeed { roots.formUnion(seedRoots) }
        if left.number != right.number { roots.formUnion(.numbering) }
        if left.generation != right.generation { roots.insert(CauseSet(.generation)) }
        let isRight =
            bytes.0.isChecksumRight(one, seed: old.checksumSeed(of: left))
            && bytes.1.isChecksumRight(other, seed: new.checksumSeed(of: right))
        attributeChecksum(
            isRight: isRight, roots: roots, at: one.origin,
            "directory \(inodeWords(left.number, right.number))", 0, 0)
    }

    /// Why an entry of the same name leads to another number.
    private func numberReason(
        _ one: ImageSlice, _ other: ImageSlice, _ bytes: (DirectoryBytes, DirectoryBytes),
        _ offset: Int, _ otherwise: Attribution
    ) -> Attribution {
        let entries = (bytes.0.entry(at: offset), bytes.1.entry(at: offset))
        guard let left = entries.0, let right = entries.1, left.offset == right.offset,
            left.inode != 0, right.inode != 0,
            one.copy(left.nameRange) == other.copy(right.nameRange)
        else { return otherwise }
        if pairs.after(left.inode) == right.inode {
            return .init(cause: .inodeOrder, roots: .numbering)
        }
        // The same name leads to two files that are no pair: links were broken or made.
        return .init(cause: .hardLinks, roots: [])
    }

    private func typeReason() -> Attribution {
        let hasTypes = (
            old.superblock.incompatible.contains(.fileType),
            new.superblock.incompatible.contains(.fileType)
        )
        return .init(cause: hasTypes.0 != hasTypes.1 ? .features : .content, roots: [])
    }

    func residue(
        _ block: UInt64, _ one: ImageSlice, _ other: ImageSlice, _ what: String, at offset: Int
    ) {
        ledger.attribute(.residue)
        ledger.record(
            .init(cause: .residue, what: what, unit: .block),
            example(at: block, offset, one, other))
    }
}

/// The bytes of one directory block, each with what it is.
struct DirectoryBytes {
    private(set) var kinds: [DirectoryByte]
    private var entries: [DirectoryEntry] = []
    private var isNode = false
    private var isRoot = false

    init(
        _ owners: OwnerMap, _ block: ImageSlice, _ inode: borrowing Inode, logical: UInt64,
        block number: UInt64
    ) {
        kinds = [DirectoryByte](repeating: .gap, count: block.count)
        let start = logical &* UInt64(block.count)
        guard start < inode.size else { return }
        if inode.flags.contains(.indexed) {
            isRoot = logical == 0
            let middle = owners.owner(ofByte: number &* UInt64(block.count) + (isRoot ? 32 : 8))
            if case .hashTree = middle.place { isNode = true }
        }
        if isNode { markNode(block) } else { markEntries(block, end: block.count) }
    }

    private mutating func mark(_ range: Range<Int>, _ kind: DirectoryByte) {
        for offset in range.clamped(to: 0..<kinds.count) { kinds[offset] = kind }
    }

    private mutating func markNode(_ block: ImageSlice) {
        let node = HashTreeNode(block, isRoot: isRoot)
        if isRoot {
            markEntries(block, end: HashTreeRootInfo.blockOffset)
        } else {
            mark(0..<8, .entry)
        }
        let start = isRoot ? HashTreeRootInfo.blockOffset : 8
        mark(start..<node.countOffset + max(1, node.entryCount) * 8, .hashTree)
        if let place = node.checksumOffset {
            mark(place - 4..<place, .hashTree)
            mark(place..<place + 4, .checksum)
        }
    }

    private mutating func markEntries(_ block: ImageSlice, end: Int) {
        var offset = 0
        while offset < end,
            let entry = DirectoryEntry(in: block, at: offset, blockSize: block.count)
        {
            guard end < block.count || entry.flaw(limit: block.count) == nil else { break }
            if end == block.count, entry.end == block.count,
                entry.offset == block.count - DirectoryTail.byteCount,
                DirectoryTail(closing: block) != nil
            {
                mark(offset..<block.count - 4, .tail)
                mark(block.count - 4..<block.count, .checksum)
                return
            }
            mark(offset..<offset + 4, .inode)
            mark(offset + 4..<offset + 7, .entry)
            mark(offset + 7..<offset + 8, .fileType)
            if entry.inode != 0 { mark(entry.nameRange.clamped(to: 0..<end), .entry) }
            entries.append(entry)
            // In the root of a hash tree the last entry covers the tree.
            guard entry.end > offset else { break }
            offset = entry.end
        }
    }

    /// The entry that a byte belongs to.
    func entry(at offset: Int) -> DirectoryEntry? {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].offset <= offset { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? entries[low - 1] : nil
    }

    func isChecksumRight(_ block: ImageSlice, seed: UInt32) -> Bool {
        guard isNode else {
            let place = Field<UInt32>("det_checksum", at: block.count - 4)
            return MetadataChecksums.directory(block, inodeSeed: seed) == block[place]
        }
        let node = HashTreeNode(block, isRoot: isRoot)
        guard let place = node.checksumOffset else { return false }
        return MetadataChecksums.hashTree(node, inodeSeed: seed)
            == block[Field<UInt32>("dt_checksum", at: place)]
    }
}
