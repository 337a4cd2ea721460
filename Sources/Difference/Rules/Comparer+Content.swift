import Ext4Image
import Ext4Layout
import Golden
import ImageBytes

extension Comparer {
    /// One block of a file, a directory or the journal that lies in the same place on both sides.
    func compareContent(
        _ block: UInt64, _ one: ImageSlice, _ other: ImageSlice, _ pair: (UInt32, UInt32),
        logical: UInt64, isUnwritten: (Bool, Bool)
    ) {
        let (old, new) = (self.old, self.new)
        guard let left = old.inode(pair.0), let right = new.inode(pair.1) else {
            return ledger.attribute(.unexplained)
        }
        if pair.0 == old.journalNumber, pair.1 == new.journalNumber {
            return compareJournals(one, other, logical: logical)
        }
        if pair.0 == old.orphanFile, pair.1 == new.orphanFile {
            return compareOrphanFiles(block, one, other, left, right)
        }
        if left.kind == .directory, right.kind == .directory {
            return compareDirectories(block, one, other, left, right, logical: logical)
        }
        if isUnwritten.0 && isUnwritten.1 {
            return residue(block, one, other, "unwritten block")
        }
        let size = UInt64(old.geometry.blockSize)
        let start = logical &* size
        // Bytes after the end of both mean nothing; after the end of one, they are the other's.
        let (used, most) = (
            Self.used(left.size, from: start, one.count),
            Self.used(right.size, from: start, one.count)
        )
        let end = max(used, most)
        let at =
            isUnwritten.0
            ? other.firstNonZero(in: 0..<end)
            : isUnwritten.1
                ? one.firstNonZero(in: 0..<end) : one.firstDifference(from: other, in: 0..<end)
        if let at {
            ledger.attribute(.content)
            note(pair.0, differsAt: start + UInt64(at))
        } else if isUnwritten.0 || isUnwritten.1 {
            residue(block, one, other, "unwritten block")
        }
        if let offset = one.firstDifference(from: other, in: end..<one.count), !isUnwritten.0,
            !isUnwritten.1
        {
            residue(block, one, other, "after a file's last byte", at: offset)
        }
    }

    private static func used(_ size: UInt64, from start: UInt64, _ count: Int) -> Int {
        size > start ? Int(min(size - start, UInt64(count))) : 0
    }

    /// Remembers the lowest byte of a file that differs.
    func note(_ number: UInt32, differsAt offset: UInt64) {
        contents[number] = min(contents[number] ?? .max, offset)
        changed[number, default: []].insert(CauseSet(.content))
    }

    /// A block of the journal. The log follows from mounting; its superblock from more than that.
    func compareJournals(_ one: ImageSlice, _ other: ImageSlice, logical: UInt64) {
        guard logical == 0, one.count >= JournalSuperblock.byteCount else {
            return ledger.attribute(.journal, roots: .log)
        }
        var roots: CauseSet = []
        for field in JournalSuperblock.layout
        where !one.slice(field.range).hasSameBytes(as: other.slice(field.range)) {
            let name = "\(field)"
            if name == "s_checksum" { continue }
            let (cause, follows) = journalCause(name, one, other)
            ledger.attribute(cause, roots: follows)
            roots.formUnion(follows.isEmpty ? CauseSet(cause) : follows)
            guard follows.isEmpty else { continue }
            ledger.record(
                .init(cause: cause, what: "journal \(name)", unit: .field),
                Finding.Example(
                    "journal's superblock", offset: one.origin + UInt64(field.range.lowerBound),
                    before: Self.bigEndian(one.copy(field.range)),
                    after: Self.bigEndian(other.copy(field.range))))
        }
        let rest = JournalSuperblock.byteCount..<one.count
        if !one.slice(rest).hasSameBytes(as: other.slice(rest)) {
            ledger.attribute(.residue)
            ledger.record(
                .init(cause: .residue, what: "after the journal's superblock", unit: .block),
                Finding.Example("journal", offset: one.origin + UInt64(rest.lowerBound)))
        }
        let checksum = JournalSuperblock.Fields.checksum
        guard one[checksum] != other[checksum] else { return }
        attributeChecksum(
            isRight: Self.isRight(one) && Self.isRight(other), roots: roots,
            at: one.origin + UInt64(checksum.offset), "journal's superblock",
            UInt64(one[checksum]), UInt64(other[checksum]))
    }

    private static func isRight(_ slice: ImageSlice) -> Bool {
        !JournalSuperblock(decoding: slice).hasChecksums
            || JournalSuperblock.checksum(of: slice) == slice[JournalSuperblock.Fields.checksum]
    }

    private func journalCause(
        _ name: String, _ one: ImageSlice, _ other: ImageSlice
    ) -> (Cause.Name, CauseSet) {
        switch name {
        case "s_uuid":
            let isOurs =
                one.copy(JournalSuperblock.Fields.uuid) == old.superblock[Superblock.Fields.uuid]
                || other.copy(JournalSuperblock.Fields.uuid)
                    == new.superblock[Superblock.Fields.uuid]
            let isChanged = old.superblock.uuid != new.superblock.uuid
            return isOurs && isChanged ? (.uuid, []) : (.journal, .log)
        case "s_maxlen", "s_num_fc_blks", "s_blocksize", "s_first": return (.journal, [])
        case "s_users", "s_nr_users":
            return old.superblock.uuid != new.superblock.uuid ? (.uuid, []) : (.journal, [])
        default: return (.journal, .log)
        }
    }

    private static func bigEndian(_ bytes: [UInt8]) -> String {
        bytes.count > 8
            ? hexadecimal(bytes) : String(bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    /// A block of a file's map that lies in the same place on both sides.
    func compareMapNodes(
        _ block: UInt64, _ one: ImageSlice, _ other: ImageSlice, _ number: UInt32, _ same: UInt32
    ) {
        let (old, new) = (self.old, self.new)
        guard let left = old.inode(number), let right = new.inode(same) else {
            return ledger.attribute(.unexplained)
        }
        if number == InodeNumber.resize { return ledger.attribute(.geometry, roots: .metadata) }
        guard left.flags.contains(.extents), right.flags.contains(.extents) else {
            return attributeMap(number)
        }
        let nodes = (ExtentNode(one), ExtentNode(other))
        let places = (nodes.0.checksumOffset, nodes.1.checksumOffset)
        var roots: CauseSet = []
        guard places.0 == places.1, let place = places.0, hasChecksums(old), hasChecksums(new)
        else { return attributeMap(number) }
        if !one.slice(0..<place).hasSameBytes(as: other.slice(0..<place)) {
            let used = ExtentHeader.byteCount + nodes.0.entryCount * ExtentLeaf.byteCount
            if nodes.0.header == nodes.1.header, used <= place,
                one.slice(0..<used).hasSameBytes(as: other.slice(0..<used))
            {
                residue(block, one, other, "unused extents")
                roots.insert(CauseSet(.residue))
            } else {
                attributeMap(number)
                for attribution in ledger.attributions {
                    roots.formUnion(
                        attribution.roots.isEmpty
                            ? CauseSet(attribution.cause) : attribution.roots)
                }
            }
        }
        let end = place + 4
        if end < one.count,
            !one.slice(end..<one.count).hasSameBytes(as: other.slice(end..<one.count))
        {
            residue(block, one, other, "after an extent node")
        }
        guard nodes.0.checksum != nodes.1.checksum else { return }
        if !hasSameSeed { roots.formUnion(seedRoots) }
        if number != same { roots.formUnion(.numbering) }
        if left.generation != right.generation { roots.insert(CauseSet(.generation)) }
        let seeds = (old.checksumSeed(of: left), new.checksumSeed(of: right))
        attributeChecksum(
            isRight: MetadataChecksums.extents(nodes.0, inodeSeed: seeds.0) == nodes.0.checksum
                && MetadataChecksums.extents(nodes.1, inodeSeed: seeds.1) == nodes.1.checksum,
            roots: roots, at: one.origin + UInt64(place), inodeWords(number, same),
            UInt64(nodes.0.checksum ?? 0), UInt64(nodes.1.checksum ?? 0))
    }

    private func attributeMap(_ number: UInt32) {
        if maps[number]?.firstDifference != nil {
            ledger.attribute(.content)
        } else {
            ledger.attribute(.blockPlacement, roots: .placement)
        }
    }
}
