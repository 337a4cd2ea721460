internal import Ext4Layout
public import HostSystem
public import ImageBytes

extension Ext4Image {
    /// Whether the journal holds changes that are not yet where they belong.
    public var needsRecovery: Bool { superblock.incompatible.contains(.needsRecovery) }

    /// Why there is no view after replay.
    public enum ReplayError: Error, Equatable, Sendable, CustomStringConvertible {
        /// There is no journal in the image, or nothing that looks like one.
        case noJournal
        /// The journal lies on another device, which was not given.
        case elsewhere
        /// What was given as the journal's device does not serve.
        case device(JournalDeviceError)
        /// The file could not be mapped again.
        case file(FileError)
        /// What the journal left cannot be opened.
        case image(ImageError)

        public var description: String {
            switch self {
            case .noJournal: "the journal cannot be found"
            case .elsewhere: "the journal lies on another device"
            case .device(let error): error.description
            case .file(let error): error.description
            case .image(let error): "after replay: \(error)"
            }
        }
    }

    /// The journal, wherever it lies.
    ///
    /// - Parameter device: the bytes of the device that holds it; nil where it lies inside.
    /// - Returns: the journal.
    /// - Throws: ``ReplayError`` where it is not there.
    public func journal(on device: MappedImage? = nil) throws(ReplayError) -> Journal {
        if let device {
            do throws(JournalDeviceError) { return try Journal(self, on: device) } catch {
                throw .device(error)
            }
        }
        if hasJournalElsewhere { throw .elsewhere }
        guard let journal = Journal(self) else { throw .noJournal }
        return journal
    }

    /// The file system as it would be after its journal was replayed. The file stays as it is.
    ///
    /// Fast commits are replayed all or not at all; where not, ``JournalReplay/leftOut`` says why.
    ///
    /// - Parameter device: the bytes of the device that holds the journal; nil where it lies inside.
    /// - Returns: another image, whose bytes differ from the file's in memory only, and what was done.
    /// - Throws: ``ReplayError``; a log that ends early is no error, and is told in the replay.
    public func replayed(
        from device: MappedImage? = nil
    ) throws(ReplayError) -> (image: Ext4Image, replay: JournalReplay) {
        let journal = try journal(on: device)
        var replay = JournalReplay(of: journal)
        let (patches, superblock) = patches(for: replay, journal)
        let image = try view(with: patches)
        guard let log = replay.fastCommits, !log.changes.isEmpty, log.flaw == nil else {
            return (image, replay)
        }
        var fast = FastCommitReplay(over: image, from: journal)
        let changes: [MappedImage.Patch]
        do throws(FormatError) {
            changes = try fast.patches(for: log, superblock: superblock)
        } catch {
            replay.leftOut = error
            return (image, replay)
        }
        return (try view(with: patches + changes), replay)
    }

    private func view(with patches: [MappedImage.Patch]) throws(ReplayError) -> Ext4Image {
        let view: MappedImage
        do throws(FileError) { view = try bytes.replacing(patches) } catch { throw .file(error) }
        do throws(ImageError) {
            return try Ext4Image(view, superblockAt: superblock.origin)
        } catch { throw .image(error) }
    }

    /// The bytes that replaying writes: the copies, then a superblock and a journal that say so. The
    /// superblock comes once more by itself.
    private func patches(
        for replay: JournalReplay, _ journal: Journal
    ) -> (patches: [MappedImage.Patch], superblock: [UInt8]) {
        let size = UInt64(geometry.blockSize)
        var patches: [MappedImage.Patch] = []
        let superblock = superblock
        var primary = superblock.slice.copy()
        let place = Superblock.imageOffset
        var written: Set<UInt64> = []
        // The last copy of a block counts, and only that one is kept.
        for write in replay.writes.reversed() where written.insert(write.target).inserted {
            guard write.target < geometry.blockCount, let block = journal.block(write.logical)
            else { continue }
            var bytes = block.copy()
            if write.isEscaped { bytes.replaceSubrange(0..<4, with: [0xC0, 0x3B, 0x39, 0x98]) }
            if write.target == place / size {
                let start = Int(place % size)
                primary = Array(bytes[start..<start + Superblock.byteCount])
            }
            patches.append(.init(offset: write.target * size, bytes: bytes))
        }
        let recovered = Self.markRecovered(primary)
        patches.append(.init(offset: place, bytes: recovered))
        // A device of its own is not part of the view.
        if case .inode = journal.place, let first = journal.block(0) {
            patches.append(.init(offset: first.origin, bytes: markEmpty(first, replay, journal)))
        }
        return (patches, recovered)
    }

    /// Takes `needs_recovery` out of a superblock.
    private static func markRecovered(_ superblock: [UInt8]) -> [UInt8] {
        var bytes = superblock
        let features = Superblock.Fields.incompatibleFeatures.offset
        bytes[features] &= ~UInt8(truncatingIfNeeded: IncompatibleFeatures.needsRecovery.rawValue)
        let flags = Superblock.Fields.readOnlyFeatures.offset
        let hasChecksum =
            bytes[flags + 1] & UInt8(ReadOnlyFeatures.metadataChecksums.rawValue >> 8) != 0
        if hasChecksum {
            let value = MetadataChecksums.superblock(ImageSlice(bytes.rawSpan))
            let place = Superblock.Fields.checksum.offset
            for index in 0..<4 {
                bytes[place + index] = UInt8(truncatingIfNeeded: value >> (index * 8))
            }
        }
        return bytes
    }

    /// Sets the journal's start to 0, which says that there is nothing to replay.
    private func markEmpty(
        _ first: ImageSlice, _ replay: JournalReplay, _ journal: Journal
    ) -> [UInt8] {
        var bytes = first.copy(0..<JournalSuperblock.byteCount)
        func set(_ field: BigEndianField<UInt32>, _ value: UInt32) {
            for index in 0..<4 {
                bytes[field.offset + index] = UInt8(truncatingIfNeeded: value >> (24 - index * 8))
            }
        }
        set(JournalSuperblock.Fields.start, 0)
        set(JournalSuperblock.Fields.sequence, replay.nextSequence)
        if journal.superblock.hasChecksums {
            set(
                JournalSuperblock.Fields.checksum,
                JournalSuperblock.checksum(of: ImageSlice(bytes.rawSpan)))
        }
        return bytes
    }
}
