public import Ext4Build

/// What `build --dry-run` prints: an image that could be.
public struct PlanReport: CommandReport {
    private let plan: Plan

    public init(_ plan: Plan) { self.plan = plan }

    public var text: String {
        let geometry = plan.geometry
        let promised = plan.options
        let rows = usage.map { name, blocks in
            "  " + name.padded(to: 30) + Format.count(blocks).leftPadded(to: 14) + "\n"
        }
        return """
            size        \(Format.count(plan.byteCount)) bytes (\(Format.bytes(plan.byteCount)))
            geometry    \(Format.count(geometry.blockCount)) blocks of 4 KiB in \
            \(Format.count(geometry.groupCount)) groups, \
            \(Format.count(geometry.inodesPerGroup)) inodes each
            content     \(Format.count(plan.fileCount)) files and folders

            """
                + "blocks\n" + rows.joined()
                    + """
                    promised    \(Format.bytes(promised.freeBytes)), \
                    \(Format.count(promised.freeInodes)) inodes

                    """
                + SlackReport.text(plan.slack)
    }

    public var json: JSONValue {
        [
            "format": "assay-build/1",
            "dry_run": true,
            "bytes": .number(plan.byteCount),
            "blocks": .number(plan.geometry.blockCount),
            "groups": .number(plan.geometry.groupCount),
            "inodes": .number(plan.geometry.inodeCount),
            "inodes_per_group": .number(plan.geometry.inodesPerGroup),
            "reserved_descriptor_blocks": .number(plan.geometry.reservedDescriptorBlocks),
            "files": .number(plan.fileCount),
            "layout": 1,
            "usage": Self.usage(plan.usage),
            "promised": [
                "free_bytes": .number(plan.options.freeBytes),
                "free_inodes": .number(plan.options.freeInodes),
            ],
            "slack": SlackReport.json(plan.slack),
        ]
    }

    static func usage(_ usage: BlockUsage) -> JSONValue {
        [
            "file_system": .number(usage.fileSystem),
            "inode_tables": .number(usage.inodeTables),
            "journal": .number(usage.journal),
            "directories": .number(usage.directories),
            "links_and_attributes": .number(usage.linksAndAttributes),
            "extent_trees": .number(usage.extentTrees),
            "data": .number(usage.data),
        ]
    }

    private var usage: [(String, UInt64)] {
        [
            ("superblocks, bitmaps, growth", plan.usage.fileSystem),
            ("inode tables", plan.usage.inodeTables),
            ("journal", plan.usage.journal),
            ("directories", plan.usage.directories),
            ("link targets, attributes", plan.usage.linksAndAttributes),
            ("extent trees", plan.usage.extentTrees),
            ("data", plan.usage.data),
            ("free", plan.slack.freeBlocks),
        ]
    }
}

extension String {
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
