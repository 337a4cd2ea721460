import Ext4Image
import Ext4Layout
import ImageBytes

/// What whole blocks tell that differ, where the blessed image is not at hand: whose they are here.
struct BlockCauses {
    let image: MappedImage
    let owners: OwnerMap
    let words: OwnerWords
    let old: GoldenFacts
    let new: GoldenFacts
    /// What the decoded facts say.
    let facts: [Change]

    /// So many blocks are listed of each cause, and the others counted: every block of an image may
    /// have moved.
    static let listLimit = 1_024

    /// Whether the blocks of the file system are whole blocks of 4 KiB: else nobody knows which of
    /// them it is that differs.
    static func canTell(_ owners: OwnerMap) -> Bool {
        !owners.isTruncated && owners.image.geometry.blockSize >= VerityTree.blockByteCount
    }

    /// The changes in blocks that no other fact accounts for. Blocks of superblocks, descriptors,
    /// bitmaps and inodes are left to ``ClassReversal``.
    func changes(_ blocks: DifferingBlocks) -> [Change] {
        let names = ChangedNames(facts, new)
        let size = UInt64(owners.image.geometry.blockSize)
        var changes: [Change] = []
        var counts: [Cause.Name: Int] = [:]
        /// The owner's words take long to find, and are asked for only where they are listed.
        func note(_ cause: Cause.Name, _ block: UInt64, _ owner: () -> String) {
            counts[cause, default: 0] += 1
            guard counts[cause, default: 0] <= Self.listLimit else { return }
            changes.append(Change(cause, "block \(block), \(owner())", old: nil, new: nil))
        }
        for page in blocks.common {
            let offset = page * UInt64(VerityTree.blockByteCount)
            let block = offset / size
            guard block < owners.image.geometry.blockCount else {
                note(.residue, block) { "after the end of the file system" }
                continue
            }
            let owner = owners.owner(of: block)
            for cause in causes(of: owner, page: offset, names) {
                note(cause, block) { words.words(for: owner) }
            }
        }
        let rest = Cause.Name.allCases.compactMap { cause -> Change? in
            let more = counts[cause, default: 0] - Self.listLimit
            return more > 0
                ? Change(cause, "\(more) more blocks", old: nil, new: nil, count: more) : nil
        }
        return changes + rest + beyond(blocks)
    }

    /// What only one image has is explained by its size, where the rest of it is zeros.
    private func beyond(_ blocks: DifferingBlocks) -> [Change] {
        let spans = DifferingSpans(from: old, to: new)
        let start = min(old.imageBytes, UInt64(image.count))
        let isBlank = image.slice.isZero(Int(start)..<image.count) && spans.beyondWithData.isEmpty
        guard !isBlank, old.field("s_blocks_count") == new.field("s_blocks_count") else {
            return []
        }
        return [
            Change(.residue, "after the end of the shorter image", old: nil, new: nil)
        ]
    }

    private func causes(
        of owner: BlockOwner, page offset: UInt64, _ names: ChangedNames
    ) -> [Cause.Name] {
        switch owner {
        case .bootArea, .superblock, .descriptors, .growth, .blockBitmap, .inodeBitmap,
            .inodeTable:
            return []
        case .multiMount: return [.mounted]
        case .free, .lost:
            // What was given back and is blank now went with the bits that say so.
            return isBlank(offset) && differs(.bitmaps) ? [] : [.residue]
        case .xattrs(let inode):
            if isSameTree { return hasNewSeed ? [.unexplained] : [.xattr] }
            guard new.hasNames, old.hasNames else { return [.xattr] }
            let path = words.path(of: inode)
            return path.map { names.names($0, .xattr, .added) } == true ? [] : [.unexplained]
        case .mapNode(let inode, _, _):
            if inode == InodeNumber.resize { return [] }
            if isSameTree { return hasNewSeed ? [.unexplained] : [.blockPlacement] }
            let path = words.path(of: inode)
            return path.map { names.names($0, .content, .added) } == true ? [] : [.unexplained]
        case .content(let inode, let logical, let isUnwritten):
            return causes(
                ofContent: inode, logical, isUnwritten: isUnwritten, page: offset, names)
        }
    }

    private func causes(
        ofContent number: UInt32, _ logical: UInt64, isUnwritten: Bool, page offset: UInt64,
        _ names: ChangedNames
    ) -> [Cause.Name] {
        let geometry = owners.image.geometry
        switch OwnerClassName(
            of: .content(inode: number, logical: logical, isUnwritten: isUnwritten),
            in: owners.image)
        {
        case .journal: return [.journal]
        case .descriptors: return []
        case .directories:
            let isOrder = isSameTree && !differs(.inodeTables) && !hasNewSeed
            return [isOrder ? .directoryOrder : .unexplained]
        default: break
        }
        guard let inode = owners.image.inode(number), let path = words.path(of: number) else {
            return [.unexplained]
        }
        let size = UInt64(geometry.blockSize)
        let start = logical * size + offset % size
        let page = UInt64(VerityTree.blockByteCount)
        if isUnwritten || start >= inode.size { return [.residue] }
        let inFile = min(page, inode.size - start)
        let hasResidue = inFile < page && !isBlank(offset + inFile, count: page - inFile)
        var causes: [Cause.Name] = []
        if let cause = cause(ofContentAt: path, names, hasTail: inFile < page) {
            causes.append(cause)
        }
        if hasResidue, causes != [.residue] { causes.append(.residue) }
        return causes
    }

    /// The cause of a block that holds a file's content, and perhaps what is behind it; nil where the
    /// name's line says it.
    private func cause(
        ofContentAt path: String, _ names: ChangedNames, hasTail: Bool
    ) -> Cause.Name? {
        if !isSameTree {
            guard old.hasNames, new.hasNames else {
                return differs(.inodeTables) ? .unexplained : .content
            }
            if names.names(path, .content, .added) { return nil }
        }
        // The file holds what it did: then the block is another one, or it is what lies behind it.
        return differs(.inodeTables) && !(hasTail && !differs(.bitmaps))
            ? .blockPlacement : .residue
    }

    // MARK: What is known

    private var isSameTree: Bool { old.tree == new.tree && old.tree != nil }

    private var hasNewSeed: Bool {
        ["s_uuid", "s_checksum_seed", "s_hash_seed"].contains { old.field($0) != new.field($0) }
    }

    private func differs(_ name: OwnerClassName) -> Bool { old.owner(name) != new.owner(name) }

    private func isBlank(
        _ offset: UInt64, count: UInt64 = UInt64(VerityTree.blockByteCount)
    ) -> Bool {
        let end = min(UInt64(image.count), offset + count)
        return offset >= end || image.slice.isZero(Int(offset)..<Int(end))
    }
}
