import Ext4Layout
import ImageBytes

/// Whether the journal is there and sound (e2fsck's `e2fsck_check_ext3_journal`).
struct JournalCheck {
    let volume: Volume

    private typealias Fields = Superblock.Fields

    /// `JBD2_MIN_JOURNAL_BLOCKS`.
    private static let leastBlocks: UInt64 = 1024
    /// `EXT3_JNL_BACKUP_BLOCKS`.
    private static let blocksBackup: UInt8 = 1
    /// `JBD2_DEFAULT_FAST_COMMIT_BLOCKS`.
    private static let fastCommitBlocks: UInt32 = 256

    private var superblock: Superblock { volume.superblock }

    /// Checks it.
    func run(_ log: inout FindingLog) {
        let hasJournal = volume.compatible.contains(.journal)
        let number = superblock[Fields.journalInode]
        let isExternal = superblock[Fields.journalUUID].contains { $0 != 0 }
        let mentions =
            hasJournal || volume.incompatible.contains(.needsRecovery) || number != 0
            || superblock[Fields.journalDevice] != 0 || isExternal
        guard mentions else { return }
        // A device alone is a hint that e2fsck does not follow.
        if number == 0, !isExternal, !hasJournal, !volume.incompatible.contains(.needsRecovery) {
            return
        }
        if isExternal {
            add("s_journal_uuid", "the journal lies on another device, which is not here", &log)
            return
        }
        guard let journal = find(number, &log) else { return }
        if !hasJournal {
            add("s_feature_compat", "there is a journal, but has_journal is not set", &log)
        }
        checkSuperblock(journal, &log)
    }

    private func add(_ field: String?, _ message: String, _ log: inout FindingLog) {
        log.add(
            .journal,
            at: field.map { .superblock($0) } ?? .inode(superblock[Fields.journalInode]), message)
    }

    /// The journal's blocks.
    private struct Journal {
        let offset: Int
        let blocks: UInt64
    }

    private func find(_ number: UInt32, _ log: inout FindingLog) -> Journal? {
        guard number != 0, number <= volume.inodeCount,
            let offset = volume.offset(ofInode: number)
        else {
            add("s_journal_inum", "inode \(number) cannot hold a journal", &log)
            return nil
        }
        let image = volume.image
        let disk = image.slice
        let record = InodeRecord(
            disk, number: number, offset: offset, inodeSize: volume.inodeSize)
        switch locate(record) {
        case .found(let journal): return journal
        case .problem(let problem):
            // e2fsck takes the copy of the journal's map instead, where it leads to a journal.
            if superblock[Fields.journalBackupType] == Self.blocksBackup,
                case .found(let journal) = locate(InodeRecord(journalBackup: disk))
            {
                log.add(
                    .journal, at: .inode(number), severity: .warning,
                    "the journal's inode \(problem); the copy of its map in s_jnl_blocks is sound")
                return journal
            }
            add(nil, "the journal's inode \(problem)", &log)
            return nil
        }
    }

    private enum Search {
        case found(Journal)
        case problem(String)
    }

    private func locate(_ record: InodeRecord) -> Search {
        let blocks = record.size / UInt64(volume.blockSize)
        if record.links == 0 { return .problem("has no links") }
        if record.kind != .regular { return .problem("is no regular file") }
        if record.flags.contains(.encrypted) { return .problem("is marked as encrypted") }
        if blocks < Self.leastBlocks {
            return .problem("has \(blocks) blocks, \(Self.leastBlocks) are the least")
        }
        let runs = FileRuns(volume, record)
        // e2fsck compares with the size cut to 32 bits and a sign.
        let size = Int64(Int32(truncatingIfNeeded: record.size))
        if Int64(runs.leading) * Int64(volume.blockSize) < size {
            return .problem("has a hole at its block \(runs.leading)")
        }
        guard let start = runs.offset(0) else { return .problem("lies past the end of the image") }
        return .found(Journal(offset: start, blocks: blocks))
    }

    private func checkSuperblock(_ journal: Journal, _ log: inout FindingLog) {
        let image = volume.image
        let slice = image.slice.slice(journal.offset..<journal.offset + volume.blockSize)
        let header = JournalSuperblock(decoding: slice)
        guard header.magic == JournalBlockHeader.magic else {
            add(nil, "the magic number is 0x\(String(header.magic, radix: 16))", &log)
            return
        }
        if let problem = versionProblem(header, slice) ?? featureProblem(header, slice) {
            add(nil, "the journal's superblock \(problem)", &log)
            return
        }
        if header.blockSize != UInt32(volume.blockSize) {
            add(nil, "the journal has blocks of \(header.blockSize) bytes", &log)
        } else if UInt64(header.blockCount) > journal.blocks {
            add(
                nil, "the journal says \(header.blockCount) blocks, the file has \(journal.blocks)",
                &log)
        } else if header.features.contains(.fastCommit) {
            let fast =
                header.fastCommitBlocks == 0 ? Self.fastCommitBlocks : header.fastCommitBlocks
            if Int64(header.blockCount) - Int64(fast) < Int64(Self.leastBlocks) {
                add(nil, "\(fast) blocks for fast commits leave too few", &log)
            }
        }
        checkState(header, &log)
    }

    private func versionProblem(_ header: JournalSuperblock, _ slice: ImageSlice) -> String? {
        typealias Journal = JournalSuperblock.Fields
        switch JournalBlockKind(rawValue: header.blockType) {
        case .superblockV1:
            let features =
                slice[Journal.compatibleFeatures] | slice[Journal.incompatibleFeatures]
                | slice[Journal.readOnlyFeatures]
            return features != 0 || header.userCount != 0
                ? "is of version 1, but has fields of version 2" : nil
        case .superblockV2:
            return header.userCount > 1
                ? "says that \(header.userCount) file systems use it" : nil
        default:
            return "has the block type \(header.blockType)"
        }
    }

    private func featureProblem(_ header: JournalSuperblock, _ slice: ImageSlice) -> String? {
        let unknown = header.features.subtracting(.supported)
        if !unknown.isEmpty {
            return "has unknown features 0x\(String(unknown.rawValue, radix: 16))"
        }
        if header.readOnlyFeatures != 0 {
            return "has unknown features 0x\(String(header.readOnlyFeatures, radix: 16))"
        }
        if header.features.contains([.checksumV2, .checksumV3]) {
            return "has checksums of two versions"
        }
        guard header.hasChecksums else { return nil }
        if header.compatibleFeatures & 1 != 0 { return "has checksums of two versions" }
        if header.checksumType != 4 { return "has checksums of type \(header.checksumType)" }
        return JournalSuperblock.checksum(of: slice) == header.checksum
            ? nil : "has a checksum that does not fit"
    }

    private func checkState(_ header: JournalSuperblock, _ log: inout FindingLog) {
        if volume.incompatible.contains(.needsRecovery) {
            log.add(
                .needsRecovery, at: .superblock("s_feature_incompat"),
                header.start == 0
                    ? "marked for recovery, but the journal is empty"
                    : "the journal holds changes from its block \(header.start) on")
            if header.features.contains(.fastCommit) {
                log.add(
                    .unchecked, at: .inode(superblock[Fields.journalInode]),
                    "the journal may hold fast commits, which a check does not replay: what they "
                        + "change is not seen")
            }
        } else if header.start != 0 {
            add(
                "s_feature_incompat",
                "the journal holds changes from its block \(header.start) on, but needs_recovery "
                    + "is not set", &log)
        }
        if header.errorNumber != 0 {
            // Replay takes the error along, and e2fsck looks at it only after that.
            let waits = volume.incompatible.contains(.needsRecovery)
            log.add(
                .journal, at: .inode(superblock[Fields.journalInode], field: "s_errno"),
                severity: waits ? .note : .error,
                "the journal recorded error \(header.errorNumber)"
                    + (waits ? ", which its recovery passes on to the file system" : ""))
        }
    }
}
