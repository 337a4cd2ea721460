import Ext4Layout
import ImageBytes

/// The checks of one inode (the body of e2fsck's `e2fsck_pass1`).
struct InodeCheck {
    let scan: InodeScanner
    let record: InodeRecord
    let checksumFits: Bool

    var volume: Volume { scan.volume }

    /// Checks it, and notes what later checks need.
    func run(_ disk: ImageSlice, _ result: inout InodeScanResult) {
        checkLife(disk, &result)
        if !checksumFits {
            add(.inodeChecksum, "i_checksum_lo", "the checksum does not fit the inode", &result)
        }
    }

    /// Adds a finding about a field of the inode.
    func add(
        _ kind: FindingKind, _ field: String?, _ message: @autoclosure () -> String,
        _ result: inout InodeScanResult
    ) {
        result.log.add(kind, at: .inode(record.number, field: field), message())
    }

    private func checkLife(_ disk: ImageSlice, _ result: inout InodeScanResult) {
        if scan.isOrphanLink(record.deletionTime) {
            add(
                .orphanLink, "i_dtime",
                "a deletion time of \(record.deletionTime) is a place in a list of orphans", &result
            )
        }
        if record.links == 0, record.number >= volume.firstInode,
            !volume.isReservedForQuota(record.number)
        {
            if record.deletionTime == 0, record.mode != 0 {
                add(.deletedWithoutTime, "i_dtime", "deleted, but has no deletion time", &result)
            }
            return
        }
        checkFlags(disk, &result)
        if checkReserved(disk, &result) { return }
        guard record.links > 0 else { return }
        if record.deletionTime != 0 {
            add(
                .deletionTimeInUse, "i_dtime",
                "in use, but has the deletion time \(record.deletionTime)", &result)
        }
        checkInUse(disk, &result)
    }

    private func checkFlags(_ disk: ImageSlice, _ result: inout InodeScanResult) {
        let flags = record.flags
        let hasExtents = volume.incompatible.contains(.extents)
        let hasInlineData = volume.incompatible.contains(.inlineData)
        if flags.contains(.caseFolded) {
            if record.kind != .directory {
                add(.caseFoldFlag, "i_flags", "case folding is set on no directory", &result)
            }
            if !volume.incompatible.contains(.caseFolding) {
                add(.caseFoldFlag, "i_flags", "case folding is set without the feature", &result)
            }
        }
        let isOrdinary = record.number >= volume.firstInode
        if flags.contains(.inlineData), flags.contains(.extents), hasExtents || hasInlineData {
            add(.inlineDataFlag, "i_flags", "has both inline data and extents", &result)
        }
        if flags.contains(.inlineData), isOrdinary {
            if !hasInlineData {
                add(.inlineDataFlag, "i_flags", "has inline data without the feature", &result)
            } else {
                switch XattrReader(volume: volume).inlineData(disk, record) {
                case .found, .elsewhere: break
                case .missing:
                    add(.inlineData, "i_flags", "has inline data, but no system.data", &result)
                case .broken:
                    add(.inlineData, "i_flags", "has inline data, but unsound attributes", &result)
                }
            }
        }
        let counts =
            record.links > 0 || record.number == InodeNumber.badBlocks
            || record.number == InodeNumber.root || record.number == InodeNumber.journal
        guard counts else { return }
        if flags.contains(.extents), !hasExtents {
            add(.extentFlag, "i_flags", "has extents without the feature", &result)
        }
        if !flags.contains(.extents), hasExtents,
            record.kind == .regular || record.kind == .directory,
            ExtentNode(disk.slice(record.mapRange)).isSound
        {
            add(.extentFlag, "i_flags", "looks like extents, but is not marked so", &result)
        }
    }

    /// What is checked of every inode in use that is not reserved, and of the root.
    private func checkInUse(_ disk: ImageSlice, _ result: inout InodeScanResult) {
        var traits: InodeTraits = [.used]
        if hasBadFields { traits.insert(.bad) }
        if record.flags.contains(.imagic) {
            if volume.compatible.contains(.imagicInodes) {
                traits.insert(.imagic)
            } else {
                add(.imagicFlag, "i_flags", "marked as an AFS inode without the feature", &result)
            }
        }
        let body = checkExtraSpace(disk, &result)
        if DisguisedDirectory(volume, record, scan.metadata).isOne(disk) {
            add(
                .disguisedDirectory, "i_mode", "is no directory by its mode, but has its blocks",
                &result)
        }
        if volume.incompatible.contains(.extents), record.flags.contains(.extents),
            record.kind == .symlink, !record.mapsBlocks(disk, wide: isWide)
        {
            add(.fastSymlinkExtents, "i_flags", "a short symbolic link with extents", &result)
        }
        if record.flags.contains(.encrypted) { checkEncryption(disk, &result) }
        if record.flags.contains(.caseFolded), volume.incompatible.contains(.caseFolding) {
            traits.insert(.caseFolded)
        }
        if record.flags.contains(.xattrInode) { traits.insert(.holdsAttribute) }
        if record.flags.contains(.indexed) { traits.insert(.indexed) }
        var counts = true
        switch record.kind {
        case .directory: traits.insert(.directory)
        case .regular: traits.insert(.regular)
        case .symlink:
            if SymlinkCheck(volume, record).isSound(disk) {
                checkSpecialFlags(&result)
                counts = !record.flags.contains(.inlineData)
            } else {
                traits.insert(.bad)
            }
        case nil: traits.insert(.bad)
        default:
            if record.isSoundDevice(disk) { checkDevice(&result) } else { traits.insert(.bad) }
        }
        result.inodes.append(
            InodeFact(number: record.number, links: record.links, traits: traits))
        if counts { InodeBlockCheck(self, body: body).run(disk, &result) }
    }

    var isWide: Bool { volume.incompatible.contains(.wideBlocks) }

    /// Fields that must be zero, each reported where the inode is found by name.
    private var hasBadFields: Bool {
        if record.fragmentAddress != 0 { return true }
        if !volume.incompatible.contains(.largeDirectories), record.kind == .directory,
            record.sizeHigh != 0
        {
            return true
        }
        // On the Hurd, the fragment's number and size lie where Linux has the blocks' high half.
        if volume.isFromHurd { return record.blocksHigh != 0 }
        guard volume.isFromLinux else { return false }
        if !isWide, record.attributeBlockHigh != 0 { return true }
        return !volume.readOnly.contains(.hugeFile) && record.blocksHigh != 0
    }

    private func checkExtraSpace(
        _ disk: ImageSlice, _ result: inout InodeScanResult
    ) -> XattrCharge {
        let most = volume.inodeSize - 128
        guard most > 0 else { return XattrCharge() }
        let extra = record.extraSize
        if extra != 0, extra < 4 || extra > most || extra & 3 != 0 {
            add(
                .extraSize, "i_extra_isize", "is \(extra), should be 4 to \(most) in steps of 4",
                &result)
            return XattrCharge()
        }
        guard extra < most - 4 else { return XattrCharge() }
        var charge = XattrCharge()
        if disk[XattrHeader.Fields.magic, from: record.offset + 128 + extra] == XattrHeader.magic {
            charge = XattrCheck(volume: volume).checkBody(disk, record, &result.log)
            result.valueInodes += charge.valueInodes
        }
        checkTimes(disk, &result)
        return charge
    }

    /// Times before 1970 that an old kernel bug wrote as times after 2310.
    private func checkTimes(_ disk: ImageSlice, _ result: inout InodeScanResult) {
        typealias Fields = Inode.Fields
        let times = [
            (Fields.accessTime, Fields.accessTimeExtra),
            (Fields.changeTime, Fields.changeTimeExtra),
            (Fields.creationTime, Fields.creationTimeExtra),
            (Fields.modificationTime, Fields.modificationTimeExtra),
        ]
        for (seconds, extra) in times
        where disk[seconds, from: record.offset] >> 31 == 1
            && disk[extra, from: record.offset] & 3 == 3
        {
            add(
                .timeOutOfRange, "\(seconds.name)",
                "a time after 2310 that was likely meant to lie before 1970", &result)
            return
        }
    }

    private func checkEncryption(_ disk: ImageSlice, _ result: inout InodeScanResult) {
        switch XattrReader(volume: volume).encryption(disk, record) {
        case .missing, .broken:
            add(.encryption, "i_flags", "is encrypted, but has no encryption context", &result)
        case .elsewhere:
            add(.encryption, nil, "has its encryption context in another inode", &result)
        case .found(let value):
            guard let policy = EncryptionPolicy.bytes(disk, value) else {
                add(.encryption, nil, "has a corrupt encryption context", &result)
                return
            }
            result.policies.append(EncryptedInode(inode: record.number, policy: policy))
        }
    }

    private func checkDevice(_ result: inout InodeScanResult) {
        if !record.flags.isDisjoint(with: [.extents, .inlineData]) {
            add(
                .specialFileFlag, "i_flags", "a device, pipe or socket with extents or data",
                &result)
        }
        checkSpecialFlags(&result)
        if record.size != 0 {
            add(
                .specialFileSize, "i_size", "a device, pipe or socket of \(record.size) bytes",
                &result)
        }
    }

    private func checkSpecialFlags(_ result: inout InodeScanResult) {
        if !record.flags.isDisjoint(with: [.immutable, .appendOnly]) {
            add(
                .specialFileFlag, "i_flags",
                "immutable or append-only on what is neither file nor directory", &result)
        }
    }
}
