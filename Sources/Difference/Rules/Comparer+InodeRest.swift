import Ext4Image
import Ext4Layout
import Golden
import HostSystem
import ImageBytes

extension Comparer {
    /// The fields that nothing reads, and the bytes after the fields.
    func addRest(
        _ one: borrowing Inode, _ other: borrowing Inode, _ facts: inout [InodeFact]
    ) {
        if one[Inode.Fields.fragmentAddress] != other[Inode.Fields.fragmentAddress]
            || one[Inode.Fields.reserved] != other[Inode.Fields.reserved]
        {
            facts.append(InodeFact(cause: .residue, what: "reserved fields"))
        }
        guard one.slice.count > 128, other.slice.count == one.slice.count else { return }
        let sizes = (one.slice[Inode.Fields.extraSize], other.slice[Inode.Fields.extraSize])
        if sizes.0 != sizes.1 {
            facts.append(
                InodeFact(
                    cause: .features, what: "i_extra_isize", before: .number(UInt64(sizes.0)),
                    after: .number(UInt64(sizes.1))))
        }
        // Fields that a later kernel may add after those of the table.
        let known = 128 + 32
        let end = min(128 + max(one.extraSize, other.extraSize), one.slice.count)
        if end > known,
            !one.slice.slice(known..<end).hasSameBytes(as: other.slice.slice(known..<end))
        {
            facts.append(InodeFact(cause: .unexplained, what: "unknown fields"))
        }
        // Bytes between `i_extra_isize` and the last field, where there are no fields.
        let start = 128 + max(4, max(one.extraSize, other.extraSize))
        guard start < one.slice.count, old.xattrs(in: one) == nil, new.xattrs(in: other) == nil,
            !one.slice.slice(start..<one.slice.count).hasSameBytes(
                as: other.slice.slice(start..<one.slice.count))
        else { return }
        facts.append(InodeFact(cause: .residue, what: "unused end of an inode"))
    }

    func addXattrs(
        _ one: borrowing Inode, _ other: borrowing Inode, _ facts: inout [InodeFact]
    ) {
        let areas = (old.xattrs(in: one), new.xattrs(in: other))
        let blocks = (one.xattrBlock, other.xattrBlock)
        var differs = blocks.0 != blocks.1
        if let left = areas.0, let right = areas.1 {
            differs =
                differs
                || !one.slice.slice(left).hasSameBytes(as: other.slice.slice(right))
        } else if areas.0 != nil || areas.1 != nil {
            differs = true
        }
        guard differs else { return }
        let changes = compareXattrs(one.number, other.number)
        if !changes.isEmpty {
            facts += changes
        } else if one.flags.contains(.inlineData), other.flags.contains(.inlineData) {
            facts.append(InodeFact(cause: .content, what: "content", isListed: false))
        } else if blocks.0 == 0 || blocks.1 == 0 || areas.0 != areas.1 {
            facts.append(InodeFact(cause: .xattr, what: "place of attributes"))
        }
        if blocks.0 != blocks.1, blocks.0 != 0, blocks.1 != 0 {
            facts.append(
                InodeFact(cause: .blockPlacement, what: "i_file_acl", roots: .placement))
        }
        guard changes.isEmpty, let left = areas.0, let right = areas.1,
            !one.slice.slice(left).hasSameBytes(as: other.slice.slice(right))
        else { return }
        let isGap = hasSameEntries(one.slice.slice(left), other.slice.slice(right))
        facts.append(
            InodeFact(
                cause: isGap ? .residue : .xattr,
                what: isGap ? "gap among attributes" : "order of attributes"))
    }

    /// Whether what two areas hold has the same places in both, so that only gaps differ.
    private func hasSameEntries(_ one: ImageSlice, _ other: ImageSlice) -> Bool {
        var offset = 0
        while let left = XattrEntry(in: one, at: offset) {
            guard XattrEntry(in: other, at: offset) == left, left.next <= one.count else {
                return false
            }
            offset = left.next
        }
        return XattrEntry(in: other, at: offset) == nil
    }

    /// The attributes that a pair of inodes does not share; empty where they are the same.
    func compareXattrs(_ one: UInt32, _ other: UInt32) -> [InodeFact] {
        guard attributesLeft > 0 else {
            return [InodeFact(cause: .unexplained, what: "attributes that were not compared")]
        }
        let left = Self.attributes(of: one, in: old)
        let right = Self.attributes(of: other, in: new)
        attributesLeft -= left.count + right.count + 1
        let names = Set(left.keys).union(right.keys)
        var facts: [InodeFact] = []
        for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let (before, after) = (left[name], right[name])
            guard before != after else { continue }
            facts.append(
                InodeFact(
                    cause: .xattr, what: "\(EscapedName(name))", before: Self.show(before),
                    after: Self.show(after)))
        }
        xattrs[one] = facts.isEmpty
        let (old, new) = (self.old, self.new)
        let hasNoBlock = (old.inode(one)?.xattrBlock == 0, new.inode(other)?.xattrBlock == 0)
        if !facts.isEmpty, hasNoBlock.0 != hasNoBlock.1 {
            circumstances.xattrsTakeOtherBlocks = true
        }
        return facts
    }

    /// Attributes that cannot be read as a whole are none; their bytes are compared all the same.
    private static func attributes(
        of number: UInt32, in image: Ext4Image
    ) -> [[UInt8]: [UInt8]] {
        let found = (try? image.xattrs(of: number)) ?? []
        return Dictionary(found.map { ($0.name, $0.value) }, uniquingKeysWith: { one, _ in one })
    }

    private static func show(_ value: [UInt8]?) -> InodeFact.Value {
        guard let value else { return .text("none") }
        return .text("\(EscapedName(value.prefix(32)))" + (value.count > 32 ? "…" : ""))
    }

    /// A block of attributes that both inodes of a pair have in the same place.
    func compareXattrBlocks(
        _ block: UInt64, _ one: ImageSlice, _ other: ImageSlice, _ number: UInt32, _ same: UInt32
    ) {
        var roots: CauseSet = []
        let isKnown = xattrs[number] != nil
        let changes = compareXattrs(number, same)
        for fact in changes {
            ledger.attribute(fact.cause)
            roots.insert(CauseSet(fact.cause))
            // Where the inodes differ as well, it was counted with them.
            guard !isKnown else { continue }
            changed[number, default: []].insert(CauseSet(.xattr))
            ledger.record(
                .init(cause: fact.cause, what: fact.what, unit: .inode),
                Finding.Example(
                    inodeWords(number, same), before: fact.before.text, after: fact.after.text))
        }
        let fields = XattrHeader.Fields.self
        if one[fields.referenceCount] != other[fields.referenceCount] {
            ledger.attribute(.count, roots: .allocation)
            roots.formUnion(.allocation)
        }
        let header = XattrHeader.byteCount
        let isSame = one.slice(header..<one.count).hasSameBytes(as: other.slice(header..<one.count))
        if !isSame, changes.isEmpty {
            ledger.attribute(.xattr)
            roots.insert(CauseSet(.xattr))
            ledger.record(
                .init(cause: .xattr, what: "order of attributes", unit: .inode),
                Finding.Example(inodeWords(number, same)))
        }
        if !hasSameSeed { roots.formUnion(seedRoots) }
        guard one[fields.checksum] != other[fields.checksum] else { return }
        let isRight =
            (!hasChecksums(old) || old.checksums.xattrs(one, number: block) == one[fields.checksum])
            && (!hasChecksums(new)
                || new.checksums.xattrs(other, number: block) == other[fields.checksum])
        attributeChecksum(
            isRight: isRight, roots: roots, at: nil, inodeWords(number, same),
            UInt64(one[fields.checksum]), UInt64(other[fields.checksum]))
    }
}

extension Ext4Image {
    /// Whether `i_blocks` is what the inode's map and attributes take; true where that is not known.
    func isBlockCountRight(_ inode: borrowing Inode) -> Bool {
        guard geometry.blocksPerCluster == 1, !superblock.incompatible.contains(.xattrInodes) else {
            return true
        }
        var blocks: UInt64 = inode.xattrBlock == 0 ? 0 : 1
        if hasMap(inode) {
            walkMap(of: inode) { event in
                switch event {
                case .run(let run): blocks += run.length
                case .node: blocks += 1
                case .flaw: break
                }
                return blocks <= self.geometry.blockCount
            }
        }
        let unit =
            inode.flags.contains(.hugeFile) && superblock.readOnly.contains(.hugeFile)
            ? 1 : UInt64(geometry.blockSize / 512)
        return inode.blocks == blocks * unit
    }
}
