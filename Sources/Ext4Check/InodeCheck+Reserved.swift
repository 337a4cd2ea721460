import Ext4Layout
import ImageBytes

extension InodeCheck {
    /// Checks an inode with a fixed meaning.
    ///
    /// - Returns: whether that is all there is to check.
    func checkReserved(_ disk: ImageSlice, _ result: inout InodeScanResult) -> Bool {
        let number = record.number
        if number == InodeNumber.badBlocks {
            checkBadBlocks(disk, &result)
            return true
        }
        if number == InodeNumber.root {
            if record.kind != .directory {
                add(.rootDirectory, "i_mode", "the root inode is no directory", &result)
            }
            if record.deletionTime != 0, record.links > 0 {
                add(.rootDirectory, "i_dtime", "the root inode has a deletion time", &result)
            }
            return false
        }
        if number == InodeNumber.journal {
            let isUsed = volume.superblock[Superblock.Fields.journalInode] == number
            return checkSystemFile(disk, "journal", isUsed: isUsed, &result)
        }
        if volume.isReservedForQuota(number) {
            let isUsed =
                volume.readOnly.contains(.quota)
                && QuotaType.allCases.contains { volume.quotaInode($0) == number }
            return checkSystemFile(disk, "quota", isUsed: isUsed, &result)
        }
        if number == volume.orphanFileInode {
            let isUsed = volume.compatible.contains(.orphanFile)
            return checkSystemFile(disk, "orphan", isUsed: isUsed, &result)
        }
        guard number < volume.firstInode else { return false }
        markUsed(&result)
        let allowed =
            switch number {
            case InodeNumber.bootLoader: record.kind != .directory
            case InodeNumber.resize: record.mode == 0 || record.kind == .regular
            default: record.mode == 0
            }
        if !allowed {
            add(
                .reservedInodeMode, "i_mode",
                "a reserved inode with mode 0\(String(record.mode, radix: 8))", &result)
        }
        InodeBlockCheck(self, body: XattrCharge()).run(disk, &result)
        return true
    }

    private func markUsed(_ result: inout InodeScanResult) {
        result.inodes.append(
            InodeFact(number: record.number, links: record.links, traits: [.used]))
    }

    /// The journal, a quota file or the file of orphans.
    private func checkSystemFile(
        _ disk: ImageSlice, _ name: String, isUsed: Bool, _ result: inout InodeScanResult
    ) -> Bool {
        if isUsed {
            markUsed(&result)
            if record.kind != .regular {
                add(.systemFile, "i_mode", "the \(name) file is no regular file", &result)
            }
            InodeBlockCheck(self, body: XattrCharge()).run(disk, &result)
            return true
        }
        if record.links > 0 || record.blocksLow != 0 || record.mapWord(disk, 0) != 0 {
            add(
                .systemFile, nil, "kept for the \(name) file, which is not in use, but not empty",
                &result)
        }
        // In use or not, its bit in the bitmap must be set.
        if record.links == 0 { markUsed(&result) }
        return false
    }

    /// The inode that lists bad blocks: nothing but its map may be set (`process_bad_block`).
    private func checkBadBlocks(_ disk: ImageSlice, _ result: inout InodeScanResult) {
        let isPlain =
            checksumFits && record.mode == 0 && record.user & 0xFFFF == 0
            && record.group & 0xFFFF == 0 && record.links == 0 && record.attributeBlockLow == 0
            && !record.flags.contains(.inlineData)
        if !isPlain {
            add(
                .badBlockList, nil, "the inode of the list of bad blocks is not as it must be",
                &result)
        }
        markUsed(&result)
        let list = BadBlockList(volume, record)
        let isWhole = list.forEach(disk) { block, holdsList in
            guard volume.isValid(block) else {
                add(.badBlockList, nil, "lists block \(block), outside the file system", &result)
                return
            }
            result.badBlocks.append(.init(block: block, holdsList: holdsList))
        }
        if !isWhole {
            add(
                .limit, nil,
                "the list of bad blocks: truncated at \(BadBlockList.limit) of at least "
                    + "\(BadBlockList.limit + 1)", &result)
        }
    }
}
