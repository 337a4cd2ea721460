import Ext4Image
import Ext4Layout
import Golden
import HostSystem
import ImageBytes

extension Comparer {
    func compareInodeTables(
        _ block: UInt64, _ one: ImageSlice, _ other: ImageSlice, group: Int, index: UInt64
    ) {
        let size = old.geometry.inodeSize
        for place in 0..<one.count / size {
            let range = place * size..<(place + 1) * size
            guard !one.slice(range).hasSameBytes(as: other.slice(range)) else { continue }
            let position = Int(index) * (one.count / size) + place
            guard UInt64(position) < old.geometry.inodesPerGroup,
                let number = UInt32(
                    exactly: old.geometry.inodeNumber(group: group, index: position))
            else {
                residue(block, one.slice(range), other.slice(range), "after an inode table")
                continue
            }
            compareSlot(block, one.slice(range), other.slice(range), number: number)
        }
    }

    private func compareSlot(
        _ block: UInt64, _ one: ImageSlice, _ other: ImageSlice, number: UInt32
    ) {
        let isUsed = (old.isInUse(number), new.isInUse(number))
        guard isUsed.0 || isUsed.1 else {
            ledger.attribute(.residue)
            ledger.record(
                .init(cause: .residue, what: "unused inode", unit: .inode),
                inodeExample(number, number, one))
            return
        }
        if isUsed.0, isUsed.1, pairs.after(number) == number {
            return compareInodes(
                Inode(one, number: number), Inode(other, number: number), inBlock: true)
        }
        // Its own pair is compared wherever the other one lies.
        for reason in [inodeReason(.old, number), inodeReason(.new, number)].compactMap(\.self) {
            ledger.attribute(reason.cause, roots: reason.roots)
        }
    }

    /// Compares the inodes of a pair and lists what differs.
    ///
    /// - Parameters:
    ///   - one: the inode in the first image.
    ///   - other: its counterpart.
    ///   - inBlock: whether both lie in the block at hand, which then has these causes.
    func compareInodes(
        _ one: borrowing Inode, _ other: borrowing Inode, inBlock: Bool
    ) {
        let numbers = (one.number, other.number)
        if isBlank(one) != isBlank(other) {
            // A special inode that only one side has, such as that of the journal.
            return inBlock ? attributeSpecial(numbers) : ()
        }
        var roots: CauseSet = []
        for fact in facts(one, other) {
            if inBlock { ledger.attribute(fact.cause, roots: fact.roots) }
            roots.formUnion(fact.roots.isEmpty ? CauseSet(fact.cause) : fact.roots)
            guard fact.roots.isEmpty else { continue }
            changed[numbers.0, default: []].insert(CauseSet(fact.cause))
            guard fact.isListed else { continue }
            ledger.record(
                .init(cause: fact.cause, what: fact.what, unit: .inode),
                Finding.Example(
                    inodeWords(numbers.0, numbers.1), before: fact.before.text,
                    after: fact.after.text))
        }
        compareChecksums(one, other, roots, inBlock: inBlock)
    }

    private func compareChecksums(
        _ one: borrowing Inode, _ other: borrowing Inode, _ roots: CauseSet, inBlock: Bool
    ) {
        let hasBoth = hasChecksums(old) && hasChecksums(new)
        guard hasBoth else {
            if inBlock, hasChecksums(old) != hasChecksums(new) {
                ledger.attribute(.checksum, roots: CauseSet(.features))
            }
            return
        }
        var roots = roots
        if !hasSameSeed { roots.formUnion(seedRoots) }
        if one.number != other.number { roots.formUnion(.numbering) }
        if one.slice.count != other.slice.count { roots.insert(CauseSet(.geometry)) }
        let found = (Self.checksum(one), Self.checksum(other))
        guard found.0 != found.1 else { return }
        let isRight = old.checksums.isValid(one) && new.checksums.isValid(other)
        if isRight {
            guard inBlock else { return }
            return roots.isEmpty
                ? ledger.attribute(.unexplained) : ledger.attribute(.checksum, roots: roots)
        }
        let numbers = (one.number, other.number)
        let offset = other.slice.origin + UInt64(Inode.Fields.checksumLow.offset)
        if inBlock { ledger.attribute(.checksum) }
        ledger.record(
            .init(cause: .checksum, what: "wrong checksum", unit: .field),
            Finding.Example(
                inodeWords(numbers.0, numbers.1), offset: offset,
                before: "0x" + String(found.0, radix: 16),
                after: "0x" + String(found.1, radix: 16)))
    }

    private func isBlank(_ inode: borrowing Inode) -> Bool {
        inode.number < 11 && inode.mode == 0 && inode.linksCount == 0
    }

    private func attributeSpecial(_ numbers: (UInt32, UInt32)) {
        if numbers.0 == InodeNumber.resize {
            ledger.attribute(.geometry, roots: .metadata)
        } else if numbers.0 == old.journalNumber || numbers.1 == new.journalNumber {
            ledger.attribute(.journal)
        } else {
            ledger.attribute(.features)
        }
    }

    private static func checksum(_ inode: borrowing Inode) -> UInt32 {
        UInt32(inode[Inode.Fields.checksumLow])
            | (MetadataChecksums.inodeHasWideChecksum(inode)
                ? UInt32(inode.slice[Inode.Fields.checksumHigh]) << 16 : 0)
    }

    /// "inode 13 /bin/ls"; with both numbers where they differ.
    func inodeWords(_ one: UInt32, _ other: UInt32) -> String {
        let path = newWords.path(of: other) ?? oldWords.path(of: one)
        let number = one == other ? "\(one)" : "\(one) (\(other))"
        return "inode \(number)" + (path.map { " \($0)" } ?? "")
    }

    private func inodeExample(
        _ one: UInt32, _ other: UInt32, _ slice: ImageSlice
    ) -> Finding.Example {
        Finding.Example(inodeWords(one, other), offset: slice.origin)
    }
}
