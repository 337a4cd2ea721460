public import Ext4Image
internal import Ext4Layout
internal import HostSystem
public import ImageBytes
public import SystemPackage

/// What `assay inspect IMAGE` shows: the superblock, the geometry and what there is.
public struct InspectSummary: CommandReport {
    private let image: Ext4Image
    private let path: FilePath
    private let journal: JournalSummary

    /// - Parameters:
    ///   - image: the image.
    ///   - path: what to call it.
    ///   - device: the bytes of the device that holds its journal, where it was given.
    ///   - applied: what was replayed, where the image is the view after that.
    /// - Throws: `Ext4Image.ReplayError` where the device does not hold the image's journal.
    public init(
        of image: Ext4Image, path: FilePath, journalOn device: MappedImage? = nil,
        after applied: JournalReplay? = nil
    ) throws(Ext4Image.ReplayError) {
        self.image = image
        self.path = path
        journal = try JournalSummary(of: image, on: device, after: applied)
    }

    private var superblock: Superblock { image.superblock }
    private var geometry: Geometry { image.geometry }

    /// ext4 where the image has any of its features, ext3 where it only has a journal, else ext2.
    private var kind: String {
        let modern: IncompatibleFeatures = [
            .extents, .wideBlocks, .flexibleGroups, .metaBlockGroups, .inlineData, .xattrInodes,
        ]
        if !superblock.incompatible.isDisjoint(with: modern)
            || superblock.readOnly.contains(.hugeFile)
            || superblock.readOnly.contains(.metadataChecksums)
        {
            return "ext4"
        }
        return superblock.compatible.contains(.journal) ? "ext3" : "ext2"
    }

    private var label: String {
        "\(EscapedName(superblock[Superblock.Fields.volumeName].prefix { $0 != 0 }))"
    }

    /// Special inodes and blocks that the superblock names.
    private var special: [(name: String, number: UInt64)] {
        let fields: [(String, UInt64)] = [
            ("journal inode", UInt64(superblock[Superblock.Fields.journalInode])),
            ("user quota inode", UInt64(superblock[Superblock.Fields.userQuotaInode])),
            ("group quota inode", UInt64(superblock[Superblock.Fields.groupQuotaInode])),
            ("project quota inode", UInt64(superblock[Superblock.Fields.projectQuotaInode])),
            ("orphan file inode", UInt64(superblock[Superblock.Fields.orphanFileInode])),
            ("first orphan inode", UInt64(superblock[Superblock.Fields.lastOrphan])),
            ("multi-mount block", superblock[Superblock.Fields.mmpBlock]),
        ]
        return fields.filter { $0.1 != 0 }
    }

    /// Who holds the file system, where two machines might.
    private var multiMountState: String? {
        image.multiMount.map { block in
            let node = "\(EscapedName(block.nodeName))"
            return switch block.sequence {
            case MultiMountBlock.cleanSequence: "clean, last written by \(node)"
            case MultiMountBlock.checkSequence: "being checked by \(node)"
            default: "mounted by \(node)"
            }
        }
    }

    private var counts: [(name: String, number: UInt64)] {
        [
            ("blocks", geometry.blockCount), ("free blocks", superblock.freeBlockCount),
            ("reserved blocks", superblock.reservedBlockCount),
            ("inodes", UInt64(geometry.inodeCount)),
            ("free inodes", UInt64(superblock[Superblock.Fields.freeInodes])),
            ("orphan inodes", UInt64(image.orphans.count)),
            ("directories", image.groups.reduce(0) { $0 + UInt64($1.usedDirectories) }),
        ]
    }

    /// For people.
    public var text: String {
        var lines = [
            ("image", "\(EscapedName(path))"),
            ("bytes", "\(image.bytes.count)"),
            ("file system", "\(kind), \(geometry.blockSize)-byte blocks"),
            ("label", label),
            ("uuid", uuidText(superblock.uuid)),
            ("features", superblock.featureNames.joined(separator: " ")),
        ]
        lines += counts.map { ($0.name, "\($0.number)") }
        lines.append(
            (
                "groups",
                "\(geometry.groupCount) of \(geometry.blocksPerGroup) blocks, \(geometry.inodesPerGroup) inodes"
            ))
        if geometry.blocksPerCluster > 1 {
            lines.append(("cluster", "\(geometry.clusterSize) bytes"))
        }
        lines.append(("inode", "\(geometry.inodeSize) bytes"))
        lines.append(("descriptor", "\(geometry.descriptorSize) bytes"))
        lines.append(("journal", journal.state))
        if let multiMountState { lines.append(("multi-mount", multiMountState)) }
        lines += special.map { ($0.name, "\($0.number)") }
        let head = lines.map { line(" ", $0.0, $0.1, 20) }
        let fields = superblock.values.map { line("  ", $0.name, $0.value.shown, 27) }
        return (head + journal.lines + ["", "superblock"] + fields).map { $0 + "\n" }.joined()
    }

    private func line(_ indentation: String, _ name: String, _ value: String, _ width: Int)
        -> String
    {
        let padding = String(repeating: " ", count: max(1, width - name.count))
        return value.isEmpty ? indentation + name : indentation + name + padding + value
    }

    /// For programs.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "format": .string("assay-inspect/1"), "image": .string("\(EscapedName(path))"),
            "bytes": .unsigned(UInt64(image.bytes.count)), "file_system": .string(kind),
            "label": .string(label), "uuid": .string(uuidText(superblock.uuid)),
            "features": .array(superblock.featureNames.map(JSONValue.string)),
            "superblock": .object(
                Dictionary(uniqueKeysWithValues: superblock.values.map { ($0.name, $0.value.json) })
            ),
            "geometry": geometryJSON, "groups": .array(groupsJSON), "journal": journal.json,
        ]
        members["multi_mount"] = multiMountState.map(JSONValue.string) ?? .null
        for (name, number) in counts + special {
            members[name.split { $0 == " " || $0 == "-" }.joined(separator: "_")] = .unsigned(
                number)
        }
        return .object(members)
    }

    private var geometryJSON: JSONValue {
        .object([
            "block_size": .unsigned(UInt64(geometry.blockSize)),
            "cluster_size": .unsigned(UInt64(geometry.clusterSize)),
            "first_data_block": .unsigned(geometry.firstDataBlock),
            "blocks_per_group": .unsigned(geometry.blocksPerGroup),
            "inodes_per_group": .unsigned(geometry.inodesPerGroup),
            "inode_size": .unsigned(UInt64(geometry.inodeSize)),
            "descriptor_size": .unsigned(UInt64(geometry.descriptorSize)),
            "groups": .unsigned(UInt64(geometry.groupCount)),
        ])
    }

    /// More groups than this are counted, not listed.
    public static let groupLimit = 65_536

    private var groupsJSON: [JSONValue] {
        image.groups.prefix(Self.groupLimit).enumerated().map { index, group in
            let blocks = geometry.blocks(ofGroup: index)
            return .object([
                "group": .unsigned(UInt64(index)),
                "first_block": .unsigned(blocks.lowerBound),
                "blocks": .unsigned(blocks.upperBound - blocks.lowerBound),
                "superblock": .bool(superblock.hasBackup(inGroup: index)),
                "block_bitmap": .unsigned(group.blockBitmap),
                "inode_bitmap": .unsigned(group.inodeBitmap),
                "inode_table": .unsigned(group.inodeTable),
                "free_blocks": .unsigned(UInt64(group.freeBlocks)),
                "free_inodes": .unsigned(UInt64(group.freeInodes)),
                "directories": .unsigned(UInt64(group.usedDirectories)),
                "unused_inodes": .unsigned(UInt64(group.unusedInodes)),
                "flags": .unsigned(UInt64(group.flags.rawValue)),
            ])
        }
    }
}
