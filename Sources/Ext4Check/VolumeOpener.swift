import Ext4Layout
import ImageBytes

/// Finds the superblock and the group descriptors to check with, as `ext2fs_open2` and e2fsck do:
/// the primary ones, else the first backup that can be used.
struct VolumeOpener {
    let image: MappedImage

    /// Opens what can be opened.
    ///
    /// - Parameter log: takes what is wrong on the way.
    /// - Returns: nil where nothing can be read.
    func open(_ log: inout FindingLog) -> Volume? {
        let disk = image.slice
        let primary = try? Superblock(decoding: disk)
        guard let primary else {
            let found =
                image.count >= 2048
                ? "the magic number is 0x"
                    + String(disk[Superblock.Fields.magic, from: 1024], radix: 16)
                : "the image has \(image.count) bytes"
            log.add(.superblockMissing, at: .superblock("s_magic"), "no superblock: \(found)")
            return backup(disk, blockSize: nil, &log)
        }
        if let obstacle = obstacle(primary) {
            log.add(.unsupported, at: .superblock(obstacle.field), obstacle.message)
            return nil
        }
        let isSound = checkPrimary(primary, &log)
        if !isSound, let volume = backup(disk, blockSize: nil, &log) { return volume }
        return volume(primary, &log)
    }

    private struct Obstacle {
        let field: String
        let message: String
    }

    /// What stands between this program and the file system without being wrong.
    private func obstacle(_ superblock: Superblock) -> Obstacle? {
        let revision = superblock[Superblock.Fields.revision]
        if revision > 1 {
            return Obstacle(field: "s_rev_level", message: "revision \(revision) is not known")
        }
        if superblock.incompatible.contains(.journalDevice) {
            return Obstacle(
                field: "s_feature_incompat", message: "this is a journal, not a file system")
        }
        let incompatible = superblock.incompatible.subtracting(.supported)
        let compatible = superblock.compatible.subtracting(.checkable)
        let readOnly = superblock.readOnly.subtracting(.checkable)
        guard incompatible.isEmpty, compatible.isEmpty, readOnly.isEmpty else {
            let all =
                incompatible.isEmpty ? (compatible.isEmpty ? "ro_compat" : "compat") : "incompat"
            let bits = incompatible.rawValue | compatible.rawValue | readOnly.rawValue
            return Obstacle(
                field: "s_feature_\(all)",
                message: "unsupported features, bits 0x\(String(bits, radix: 16))")
        }
        let encoding = superblock[Superblock.Fields.encoding]
        if superblock.incompatible.contains(.caseFolding), encoding != 1 {
            return Obstacle(
                field: "s_encoding", message: "the encoding \(encoding) of names is not known")
        }
        return nil
    }

    /// Checks what `ext2fs_open2` refuses; returns whether it would open.
    private func checkPrimary(_ superblock: Superblock, _ log: inout FindingLog) -> Bool {
        typealias Fields = Superblock.Fields
        var isSound = true
        if superblock.readOnly.contains(.metadataChecksums) {
            let type = superblock[Fields.checksumType]
            if type != 1 {
                log.add(
                    .superblockField, at: .superblock("s_checksum_type"),
                    "checksum type \(type) does not exist")
                isSound = false
            } else if superblock[Fields.checksum]
                != MetadataChecksums.superblock(superblock.slice)
            {
                log.add(
                    .superblockChecksum, at: .superblock("s_checksum"),
                    "the checksum does not fit the superblock")
                isSound = false
            }
        }
        let geometry: Geometry
        do {
            geometry = try Geometry(superblock)
        } catch {
            log.add(.superblockField, at: .superblock("\(error.structure)"), "\(error.reason)")
            return false
        }
        let inodes = UInt64(geometry.groupCount) * geometry.inodesPerGroup
        if inodes != UInt64(geometry.inodeCount) {
            log.add(
                .superblockField, at: .superblock("s_inodes_count"),
                "is \(geometry.inodeCount), but \(geometry.groupCount) groups have \(inodes)")
            isSound = false
        }
        let firstMeta = Int(superblock[Fields.firstMetaBlockGroup])
        if superblock.incompatible.contains(.metaBlockGroups),
            firstMeta > geometry.descriptorBlocks
        {
            log.add(
                .superblockField, at: .superblock("s_first_meta_bg"),
                "is \(firstMeta), there are \(geometry.descriptorBlocks) descriptor blocks")
            isSound = false
        }
        // Whether flex_bg is set or not; more could not be shifted by.
        let flexible = superblock[Fields.logGroupsPerFlex]
        if flexible > 31 {
            log.add(
                .superblockField, at: .superblock("s_log_groups_per_flex"),
                "is \(flexible), must be 0 to 31")
            isSound = false
        }
        return isSound
    }

    /// The numbers and descriptors that follow from a superblock.
    private func volume(_ superblock: Superblock, _ log: inout FindingLog) -> Volume? {
        do {
            let geometry = try Geometry(superblock)
            guard let groups = descriptors(superblock, geometry) else {
                log.add(
                    .descriptorsMissing, at: .superblock(nil),
                    "the group descriptors lie past the end of the image")
                return nil
            }
            return Volume(
                image: image, superblock: superblock, geometry: geometry, groups: groups)
        } catch {
            log.add(
                .superblockField, at: .superblock("\(error.structure)"), "\(error.reason)")
            return nil
        }
    }

    private func descriptors(
        _ superblock: Superblock, _ geometry: Geometry
    ) -> [GroupDescriptor]? {
        let disk = image.slice
        let places = DescriptorPlaces(superblock, geometry)
        var groups: [GroupDescriptor] = []
        for index in 0..<geometry.descriptorBlocks {
            let (offset, overflow) = places.primaryBlock(index)
                .multipliedReportingOverflow(by: UInt64(geometry.blockSize))
            guard !overflow, let block = disk.slice(ifAt: offset, count: geometry.blockSize) else {
                return nil
            }
            let left = min(geometry.descriptorsPerBlock, geometry.groupCount - groups.count)
            for place in 0..<left {
                let start = place * geometry.descriptorSize
                groups.append(
                    GroupDescriptor(decoding: block.slice(start..<start + geometry.descriptorSize)))
            }
        }
        return groups
    }

    /// A volume by the first backup superblock that is sound (`get_backup_sb`).
    private func backup(
        _ disk: ImageSlice, blockSize: Int?, _ log: inout FindingLog
    ) -> Volume? {
        for logSize in 0...6 {
            let size = UInt64(1024) << UInt64(logSize)
            let block = size * 8 + (logSize == 0 ? 1 : 0)
            guard let copy = try? Superblock(decoding: disk, at: block * size),
                copy[Superblock.Fields.logBlockSize] == UInt32(logSize), obstacle(copy) == nil
            else { continue }
            var ignored = FindingLog()
            guard checkPrimary(copy, &ignored), let volume = volume(copy, &ignored) else {
                continue
            }
            log.add(
                .backupUsed, at: .block(block), "checked with the backup of the superblock in it")
            return volume
        }
        return nil
    }
}

extension CompatibleFeatures {
    /// What the checker knows the rules of (`EXT2_LIB_FEATURE_COMPAT_SUPP`).
    static let checkable: Self = [
        .directoryPreallocation, .imagicInodes, .journal, .extendedAttributes, .resizeInode,
        .directoryIndex, .sparseSuper2, .fastCommit, .stableInodes, .orphanFile,
    ]
}

extension ReadOnlyFeatures {
    /// What the checker knows the rules of (`EXT2_LIB_FEATURE_RO_COMPAT_SUPP`).
    static let checkable: Self = [
        .sparseSuper, .largeFile, .hugeFile, .descriptorChecksums, .directoryLinkOverflow,
        .extraInodeSize, .quota, .clusters, .metadataChecksums, .readOnly, .projectQuota,
        .sharedBlocks, .verity, .orphansPresent,
    ]
}
