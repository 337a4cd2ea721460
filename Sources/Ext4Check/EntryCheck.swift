import Ext4Layout
import HostSystem
import ImageBytes

/// Checks one entry of a directory: its name, and the inode it refers to.
struct EntryCheck {
    let head: DirectoryHead

    private var volume: Volume { head.volume }
    private var record: InodeRecord { head.record }

    /// The name of an entry, escaped.
    func name(_ entry: DirectoryEntry, _ slice: ImageSlice) -> String {
        EscapedName(slice.copy(entry.nameRange)).description
    }

    /// Checks that the first entry is `.` and the second `..` (`check_dot`, `check_dotdot`).
    func checkDots(
        _ entry: DirectoryEntry, _ number: Int, _ slice: ImageSlice, _ area: DirectoryArea,
        _ result: inout DirectoryResult
    ) {
        let expected = number == 0 ? "." : ".."
        let place = head.place(area, entry.offset)
        let count = number + 1
        let isNamed =
            entry.nameLength == count
            && entry.nameRange.allSatisfy { slice[byte: $0] == UInt8(ascii: ".") }
        if entry.inode == 0 {
            result.log.add(.directoryDots, at: place, "the entry \(expected) is missing")
        } else if !isNamed {
            result.log.add(
                .directoryDots, at: place,
                "is named \(name(entry, slice)) where \(expected) must be")
        } else if slice[byte: entry.nameRange.upperBound] != 0 {
            result.log.add(.directoryDots, at: place, "no zero follows the name \(expected)")
        }
        guard number == 0 else {
            result.parents.append(.init(directory: record.number, parent: entry.inode))
            return
        }
        if entry.inode != record.number {
            result.log.add(
                .directoryDots, at: place, "the entry . refers to inode \(entry.inode)")
        }
        if entry.recordLength - 12 > 12 {
            result.log.add(
                .directoryDots, at: place, "the entry . takes \(entry.recordLength) bytes")
        }
    }

    /// Checks an entry in use.
    func check(
        _ entry: DirectoryEntry, _ number: Int, _ slice: ImageSlice, _ area: DirectoryArea,
        _ result: inout DirectoryResult
    ) {
        let place = head.place(area, entry.offset)
        let isDots = number < 2
        if entry.inode == record.number, !isDots {
            result.log.add(
                .entryInode, at: place, "\(name(entry, slice)) refers to its own directory")
        }
        if !isDots {
            let range = entry.nameRange
            let dots = range.allSatisfy { slice[byte: $0] == UInt8(ascii: ".") }
            if entry.nameLength == 0 {
                result.log.add(.entryName, at: place, "an entry without a name")
            } else if dots, entry.nameLength <= 2 {
                result.log.add(
                    .directoryDots, at: place, "a second entry \(name(entry, slice))")
            } else if entry.inode == InodeNumber.root {
                result.log.add(
                    .entryInode, at: place, "\(name(entry, slice)) refers to the root")
            }
        }
        checkTarget(entry.inode, place: place, isDots: isDots, &result)
        checkName(entry, slice, place, isDots: isDots, &result.log)
        checkEncryption(entry, slice, place, isDots: isDots, &result.log)
        checkType(entry, slice, place, &result.log)
        if !isDots, head.facts.traits[entry.inode].contains(.directory) {
            result.children.append(.init(directory: entry.inode, parent: record.number))
        }
    }

    /// Checks that an inode can be referred to, and counts the reference.
    func checkTarget(
        _ target: UInt32, place: FindingPlace, isDots: Bool, _ result: inout DirectoryResult
    ) {
        let isOrdinary =
            target == InodeNumber.root
            || (target >= volume.firstInode && target <= volume.inodeCount)
        guard isOrdinary, !volume.namelessInodes.contains(target) else {
            result.log.add(.entryInode, at: place, "refers to inode \(target), which it cannot")
            return
        }
        result.targets.append(target)
        let traits = head.facts.traits[target]
        if traits.contains(.unreadable) {
            result.log.add(
                .entryInode, at: place, "refers to inode \(target), which lies in a bad block")
            return
        }
        if traits.contains(.bad) {
            BadInodeCheck(volume: volume).run(target, &result.log)
        }
        guard !traits.contains(.used) else { return }
        guard let position = volume.geometry.position(ofInode: target) else { return }
        let isInTable = position.index < volume.scannedInodes(ofGroup: position.group)
        result.log.add(
            .entryInode, at: place,
            isInTable
                ? "refers to inode \(target), which is not in use"
                : "refers to inode \(target), which was never used, as its group says")
    }

    private func checkName(
        _ entry: DirectoryEntry, _ slice: ImageSlice, _ place: FindingPlace, isDots: Bool,
        _ log: inout FindingLog
    ) {
        guard !head.isEncrypted else { return }
        let isWrong = entry.nameRange.contains { index in
            slice[byte: index] == 0 || slice[byte: index] == UInt8(ascii: "/")
        }
        if isWrong {
            log.add(.entryName, at: place, "a name with a slash or zero: \(name(entry, slice))")
        }
        let isStrict = volume.superblock[Superblock.Fields.encodingFlags] & 1 != 0
        if head.isCaseFolded, isStrict, !isDots,
            !FoldedName.isAllowed(slice.copy(entry.nameRange))
        {
            log.add(
                .entryName, at: place,
                "a name that the encoding does not allow: \(name(entry, slice))")
        }
    }

    /// `check_encrypted_dirent`.
    private func checkEncryption(
        _ entry: DirectoryEntry, _ slice: ImageSlice, _ place: FindingPlace, isDots: Bool,
        _ log: inout FindingLog
    ) {
        guard head.isEncrypted, !isDots else { return }
        if entry.nameLength < 16 {
            log.add(.entryName, at: place, "an encrypted name of \(entry.nameLength) bytes")
        }
        let own = head.facts.policies[record.number]
        let other = head.facts.policies[entry.inode]
        guard own != other, own != DirectoryFacts.unknownPolicy,
            other != DirectoryFacts.unknownPolicy
        else { return }
        if other != 0 {
            log.add(.encryption, at: place, "inode \(entry.inode) has another encryption policy")
        } else if isEncryptable(entry.inode) {
            log.add(
                .encryption, at: place,
                "inode \(entry.inode) is not encrypted, in a directory that is")
        }
    }

    private func kind(_ inode: UInt32) -> FileKind? {
        guard let offset = volume.offset(ofInode: inode) else { return nil }
        let image = volume.image
        return FileKind(mode: image.slice[Inode.Fields.mode, from: offset])
    }

    private func isEncryptable(_ inode: UInt32) -> Bool {
        switch kind(inode) {
        case .regular, .directory, .symlink: true
        default: false
        }
    }

    private func checkType(
        _ entry: DirectoryEntry, _ slice: ImageSlice, _ place: FindingPlace,
        _ log: inout FindingLog
    ) {
        guard entry.fileType != 0 else { return }
        guard volume.incompatible.contains(.fileType) else {
            log.add(
                .entryType, at: place,
                "says type \(entry.fileType), in a file system without types in entries")
            return
        }
        let traits = head.facts.traits[entry.inode]
        guard traits.contains(.used) else { return }
        let expected: UInt8 =
            if traits.contains(.directory) {
                FileKind.directory.directoryEntryType
            } else if traits.contains(.regular) {
                FileKind.regular.directoryEntryType
            } else if traits.contains(.bad) {
                0
            } else {
                kind(entry.inode)?.directoryEntryType ?? 0
            }
        if entry.fileType != expected {
            log.add(
                .entryType, at: place,
                "\(name(entry, slice)) says type \(entry.fileType), inode \(entry.inode) is of "
                    + "type \(expected)")
        }
    }

    /// The hash by which a tree finds an entry, as e2fsck works it out.
    func hash(
        _ entry: DirectoryEntry, _ folded: FoldedName?, _ slice: ImageSlice,
        _ version: DirectoryHash.Version?
    ) -> EntryHash {
        guard let version else { return .unknown }
        if version == .sipHash {
            // Behind the name, at a multiple of 4.
            let place = (entry.nameRange.upperBound + 3) & ~3
            guard head.keepsHashes, place + 4 <= entry.end else { return .unknown }
            return .known(slice[Field<UInt32>("hash", at: 0), from: place])
        }
        let seed = volume.hashSeed
        guard let folded else {
            let name = slice.slice(entry.nameRange)
            return EntryHash(DirectoryHash(of: name.bytes, version: version, seed: seed)?.major)
        }
        // libext2fs hashes a name that cannot be folded as it is, like the kernel, only where its
        // first byte is the rest of a character.
        if folded.isOpaque, slice[byte: entry.nameRange.lowerBound] & 0xC0 != 0x80 {
            return .refused
        }
        let bytes = folded.bytes
        return EntryHash(DirectoryHash(of: bytes.span.bytes, version: version, seed: seed)?.major)
    }
}
