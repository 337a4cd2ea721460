public import Ext4Layout
public import ImageBytes

/// A device that holds a journal and nothing else (`mke2fs -O journal_dev`).
public struct JournalDevice: Sendable {
    /// What names it: `s_journal_uuid` of the file system that uses it.
    public let uuid: UInt128
    /// Blocks that the device has, by its own superblock.
    public let blockCount: UInt64
    /// The journal's superblock, in the block after the device's.
    public let superblock: JournalSuperblock
    /// The UUIDs of the file systems that use it.
    public let users: [UInt128]
    /// The block that holds the journal's superblock.
    let superblockBlock: UInt64

    /// Reads a device, whoever uses it.
    ///
    /// - Parameter device: its bytes.
    /// - Throws: ``JournalDeviceError`` where it holds no journal.
    public init(_ device: MappedImage) throws(JournalDeviceError) {
        guard let own = try? Superblock(decoding: device.slice),
            own.incompatible.contains(.journalDevice)
        else { throw .noJournalDevice }
        let logSize = own[Superblock.Fields.logBlockSize]
        guard logSize <= 6 else { throw .noJournalDevice }
        if own.readOnly.contains(.metadataChecksums),
            own[Superblock.Fields.checksum] != MetadataChecksums.superblock(own.slice)
        {
            throw .checksum
        }
        // The device's superblock is at 1,024, in block 1 or in the midst of block 0.
        superblockBlock = logSize == 0 ? 2 : 1
        let place = superblockBlock * (1024 << UInt64(logSize))
        guard let block = device.slice.slice(ifAt: place, count: JournalSuperblock.byteCount)
        else { throw .noJournal }
        superblock = JournalSuperblock(decoding: block)
        guard superblock.magic == JournalBlockHeader.magic,
            superblock.blockSize == UInt32(1024) << logSize
        else { throw .noJournal }
        uuid = own.uuid
        blockCount = own.blockCount
        let list = block.copy(JournalSuperblock.Fields.users)
        users = (0..<min(Int(superblock.userCount), list.count / 16)).map { index in
            list[index * 16..<index * 16 + 16].reduce(0) { $0 << 8 | UInt128($1) }
        }
    }

    private func check(for image: Ext4Image) throws(JournalDeviceError) {
        guard image.hasJournalElsewhere else { throw .journalInside }
        guard uuid == image.superblock.journalUUID else { throw .otherJournal }
        guard superblock.blockSize == UInt32(image.geometry.blockSize) else { throw .blockSize }
        // The kernel takes no journal of several file systems either.
        guard superblock.userCount == 1 else { throw .users(superblock.userCount) }
        guard users.contains(image.superblock.uuid) else { throw .otherUser }
        guard UInt64(superblock.blockCount) <= blockCount else { throw .tooShort }
    }

    /// Reads a device and makes sure that it is a file system's.
    init(_ device: MappedImage, for image: Ext4Image) throws(JournalDeviceError) {
        try self.init(device)
        try check(for: image)
    }
}

/// Why a device does not serve as a file system's journal.
public enum JournalDeviceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file system's journal lies inside it, or it has none.
    case journalInside
    /// There is no superblock with `journal_dev`.
    case noJournalDevice
    /// The device's superblock has a wrong checksum.
    case checksum
    /// The device holds no journal's superblock.
    case noJournal
    /// The device is another one than `s_journal_uuid` names.
    case otherJournal
    /// The journal's blocks have another size than the file system's.
    case blockSize
    /// So many file systems use the journal, and one is what there can be.
    case users(UInt32)
    /// Another file system uses the journal (`s_users`).
    case otherUser
    /// The journal says that it has more blocks than its device.
    case tooShort

    public var description: String {
        switch self {
        case .journalInside: "the file system has no journal on another device"
        case .noJournalDevice: "this is no journal device"
        case .checksum: "the superblock of the journal device has a wrong checksum"
        case .noJournal: "the journal device holds no journal's superblock"
        case .otherJournal: "this is another journal than s_journal_uuid names"
        case .blockSize: "the journal's blocks have another size than the file system's"
        case .users(let count): "\(count) file systems use the journal, not one"
        case .otherUser: "another file system uses the journal (s_users)"
        case .tooShort: "the journal says that it has more blocks than its device"
        }
    }
}

extension Ext4Image {
    /// Whether the journal lies on another device, whose UUID is `s_journal_uuid`.
    public var hasJournalElsewhere: Bool {
        superblock.compatible.contains(.journal) && superblock.journalUUID != 0
    }
}
