import Ext4Image
import Ext4Layout
import Golden
import HostSystem
import ImageBytes

extension Comparer {
    /// Everything in which two inodes differ, checksums left out. Together the facts cover every
    /// byte of both.
    func facts(_ one: borrowing Inode, _ other: borrowing Inode) -> [InodeFact] {
        var facts: [InodeFact] = []
        addModes(one, other, &facts)
        addTimes(one, other, &facts)
        addLinks(one, other, &facts)
        addSizes(one, other, &facts)
        addMaps(one, other, &facts)
        addRest(one, other, &facts)
        addXattrs(one, other, &facts)
        return facts
    }

    private func addModes(
        _ one: borrowing Inode, _ other: borrowing Inode, _ facts: inout [InodeFact]
    ) {
        func add(_ cause: Cause.Name, _ what: String, _ old: UInt64, _ new: UInt64) {
            guard old != new else { return }
            facts.append(
                InodeFact(cause: cause, what: what, before: .number(old), after: .number(new)))
        }
        if one.mode >> 12 != other.mode >> 12 {
            facts.append(
                InodeFact(
                    cause: .content, what: "kind of file", before: .text(Self.kind(one)),
                    after: .text(Self.kind(other))))
        }
        if one.mode & 0o7777 != other.mode & 0o7777 {
            facts.append(
                InodeFact(
                    cause: .mode, what: "mode", before: .octal(one.mode & 0o7777),
                    after: .octal(other.mode & 0o7777)))
        }
        add(.owner, "uid", UInt64(one.user), UInt64(other.user))
        add(.owner, "gid", UInt64(one.group), UInt64(other.group))
        add(.owner, "project", UInt64(one.project), UInt64(other.project))
        add(.generation, "generation", UInt64(one.generation), UInt64(other.generation))
        let version = Inode.Fields.versionLow
        let high = Inode.Fields.versionHigh
        add(
            .generation, "version", UInt64(one[version]) | UInt64(one[extra: high]) << 32,
            UInt64(other[version]) | UInt64(other[extra: high]) << 32)
        addFlags(one, other, &facts)
    }

    private static func kind(_ inode: borrowing Inode) -> String {
        inode.kind.map { "\($0)" } ?? "none"
    }

    private func addFlags(
        _ one: borrowing Inode, _ other: borrowing Inode, _ facts: inout [InodeFact]
    ) {
        let changed = one.flags.symmetricDifference(other.flags)
        guard !changed.isEmpty else { return }
        var left = changed
        if left.remove(.indexed) != nil {
            let reason = directoryReason(one.number)
            facts.append(
                InodeFact(cause: reason.cause, what: "index", roots: reason.roots, isListed: false))
        }
        if left.remove(.hugeFile) != nil {
            facts.append(InodeFact(cause: .count, what: "huge file", roots: .allocation))
        }
        if !left.isDisjoint(with: [.extents, .inlineData]) {
            left.subtract([.extents, .inlineData])
            facts.append(
                InodeFact(
                    cause: .features, what: "kind of block map",
                    before: .bits(UInt64(one.flags.rawValue)),
                    after: .bits(UInt64(other.flags.rawValue))))
        }
        if !left.isEmpty {
            facts.append(
                InodeFact(
                    cause: .mode, what: "flags", before: .bits(UInt64(one.flags.rawValue)),
                    after: .bits(UInt64(other.flags.rawValue))))
        }
    }

    private func addTimes(
        _ one: borrowing Inode, _ other: borrowing Inode, _ facts: inout [InodeFact]
    ) {
        func add(_ what: String, _ old: Timestamp, _ new: Timestamp) {
            guard old != new else { return }
            facts.append(
                InodeFact(cause: .timestamp, what: what, before: .time(old), after: .time(new)))
        }
        add("atime", one.accessTime, other.accessTime)
        add("ctime", one.changeTime, other.changeTime)
        add("mtime", one.modificationTime, other.modificationTime)
        if let old = one.creationTime, let new = other.creationTime { add("crtime", old, new) }
        add(
            "dtime", Timestamp(one.deletionTime, extra: 0), Timestamp(other.deletionTime, extra: 0))
    }

    private func addLinks(
        _ one: borrowing Inode, _ other: borrowing Inode, _ facts: inout [InodeFact]
    ) {
        guard one.linksCount != other.linksCount else { return }
        let reasons = pairs.links[one.number] ?? []
        let (before, after) = (UInt64(one.linksCount), UInt64(other.linksCount))
        guard !reasons.isEmpty else {
            facts.append(
                InodeFact(
                    cause: .hardLinks, what: "links", before: .number(before), after: .number(after)
                ))
            return
        }
        for cause in reasons.names {
            facts.append(
                InodeFact(
                    cause: cause, what: "links", before: .number(before), after: .number(after),
                    isListed: false))
        }
    }

    private func addSizes(
        _ one: borrowing Inode, _ other: borrowing Inode, _ facts: inout [InodeFact]
    ) {
        if one.size != other.size { facts.append(sizeFact(one, other)) }
        guard
            one.blocks != other.blocks
                || one.flags.contains(.hugeFile) != other.flags.contains(.hugeFile)
        else { return }
        let isRight =
            one.number == InodeNumber.resize
            || old.isBlockCountRight(one) && new.isBlockCountRight(other)
        facts.append(
            InodeFact(
                cause: .count, what: isRight ? "blocks" : "wrong i_blocks",
                roots: isRight ? blockRoots(one, other) : [], before: .number(one.blocks),
                after: .number(other.blocks)))
    }

    private func blockRoots(_ one: borrowing Inode, _ other: borrowing Inode) -> CauseSet {
        if one.number == InodeNumber.resize { return .metadata }
        var roots: CauseSet = []
        if one.size != other.size {
            let fact = sizeFact(one, other)
            roots.formUnion(fact.roots.isEmpty ? CauseSet(fact.cause) : fact.roots)
        } else if maps[one.number]?.firstDifference != nil {
            roots.insert(CauseSet(.content))
        }
        if (one.xattrBlock == 0) != (other.xattrBlock == 0) { roots.insert(CauseSet(.xattr)) }
        return roots.isEmpty ? .placement : roots
    }

    private func sizeFact(_ one: borrowing Inode, _ other: borrowing Inode) -> InodeFact {
        let (before, after) = (InodeFact.Value.number(one.size), InodeFact.Value.number(other.size))
        if one.number == old.journalNumber {
            return InodeFact(cause: .journal, what: "size", before: before, after: after)
        }
        if one.number == InodeNumber.resize {
            return InodeFact(cause: .geometry, what: "size", roots: .metadata)
        }
        if one.kind == .directory, other.kind == .directory {
            let reason = directoryReason(one.number)
            return InodeFact(
                cause: reason.cause, what: "size", roots: reason.roots, isListed: false)
        }
        // Files of another size are counted with those whose bytes differ.
        return InodeFact(cause: .content, what: "size", isListed: false)
    }

    private func addMaps(
        _ one: borrowing Inode, _ other: borrowing Inode, _ facts: inout [InodeFact]
    ) {
        guard !one.blockArea.hasSameBytes(as: other.blockArea) else { return }
        if one.kind != other.kind { return }
        if one.flags.contains(.inlineData) || other.flags.contains(.inlineData) {
            facts.append(InodeFact(cause: .content, what: "content", isListed: false))
            return
        }
        switch one.kind {
        case .characterDevice, .blockDevice:
            facts.append(
                InodeFact(
                    cause: .content, what: "device",
                    before: .text("\(one.device.major):\(one.device.minor)"),
                    after: .text("\(other.device.major):\(other.device.minor)")))
        case .fifo, .socket: facts.append(InodeFact(cause: .residue, what: "block map"))
        case .symlink where old.isFastSymlink(one) || new.isFastSymlink(other):
            addTargets(one, other, &facts)
        default: addMap(one, other, &facts)
        }
    }

    private func addTargets(
        _ one: borrowing Inode, _ other: borrowing Inode, _ facts: inout [InodeFact]
    ) {
        let left = (try? old.symlinkTarget(of: one)) ?? []
        let right = (try? new.symlinkTarget(of: other)) ?? []
        guard left != right else {
            facts.append(InodeFact(cause: .residue, what: "after a symlink's target"))
            return
        }
        facts.append(
            InodeFact(
                cause: .content, what: "symlink target", before: .text("\(EscapedName(left))"),
                after: .text("\(EscapedName(right))")))
    }

    private func addMap(
        _ one: borrowing Inode, _ other: borrowing Inode, _ facts: inout [InodeFact]
    ) {
        let number = one.number
        if number == InodeNumber.resize {
            facts.append(InodeFact(cause: .geometry, what: "map", roots: .metadata))
        } else if one.size != other.size {
            let fact = sizeFact(one, other)
            facts.append(
                InodeFact(cause: fact.cause, what: "map", roots: fact.roots, isListed: false))
        } else if maps[number]?.firstDifference != nil {
            facts.append(InodeFact(cause: .content, what: "map", isListed: false))
        } else if maps[number]?.isSameMap ?? false, one.flags.contains(.extents),
            other.flags.contains(.extents), Self.hasSameEntries(one, other)
        {
            facts.append(InodeFact(cause: .residue, what: "unused extents"))
        } else {
            facts.append(InodeFact(cause: .blockPlacement, what: "map", roots: .placement))
        }
    }

    /// Whether the nodes in two inodes are the same as far as their headers say that they go.
    private static func hasSameEntries(
        _ one: borrowing Inode, _ other: borrowing Inode
    ) -> Bool {
        let (left, right) = (ExtentNode(one.blockArea), ExtentNode(other.blockArea))
        let used = ExtentHeader.byteCount + left.entryCount * ExtentLeaf.byteCount
        return left.header == right.header
            && left.slice.slice(0..<used).hasSameBytes(as: right.slice.slice(0..<used))
    }
}
