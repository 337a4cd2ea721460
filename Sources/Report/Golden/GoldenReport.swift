public import Golden
import HostSystem

/// What `golden show` says: `assay-golden/1`.
public struct GoldenReport: CommandReport {
    private let loaded: GoldenStore.Loaded

    public init(_ loaded: GoldenStore.Loaded) {
        self.loaded = loaded
    }

    private var golden: GoldenFile { loaded.golden }

    public var text: String {
        var lines = [
            "root      \(golden.root)",
            "sha256    \(golden.sha256)",
            "size      \(Format.bytes(golden.imageBytes)), \(golden.spans.count) spans with data",
            "tree      \(Format.count(golden.tree.entryCount)) names, \(golden.tree.digest)",
        ]
        if let layout = golden.layout { lines.append("layout    \(layout)") }
        if let promise = golden.promise {
            lines.append(
                "promise   \(Format.bytes(promise.freeBytes)) for root to write, "
                    + "\(Format.count(promise.freeInodes)) inodes")
        }
        if let inputs = golden.inputs {
            lines.append("recipe    \(inputs.recipe)")
            lines.append("sources   \(inputs.sources)")
        }
        lines.append(
            "blocks    \(golden.blocks.map { "\(Format.count($0.count)) hashes" } ?? "no hashes")"
                + (loaded.blocks == nil ? ", not at hand" : ""))
        for owner in golden.classes {
            lines.append("class     \(owner.name): \(Format.count(owner.blockCount)) blocks")
        }
        for waiver in golden.waivers {
            lines.append("waiver    \(waiver.subject) until \(waiver.until): \(waiver.reason)")
        }
        for fact in golden.superblock where Self.shown.contains(fact.name) {
            lines.append("          \(fact.name) \(fact.value)")
        }
        for warning in loaded.warnings { lines.append("warning   \(warning)") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let shown = [
        "s_inodes_count", "s_blocks_count", "s_free_blocks_count", "s_free_inodes_count", "s_uuid",
        "s_volume_name", "s_hash_seed", "s_mkfs_time",
    ]

    public var json: JSONValue {
        let fields = golden.superblock.map { ($0.name, JSONValue.string($0.value)) }
        let members: [String: JSONValue] = [
            "format": "assay-golden/1",
            "golden": .string(EscapedName(loaded.paths.text).description),
            "version": .string("\(GoldenFile.majorVersion).\(GoldenFile.minorVersion)"),
            "bytes": .unsigned(golden.imageBytes),
            "root": .string(golden.root.hex),
            "sha256": .string(golden.sha256.hex),
            "layout": layout,
            "inputs": inputs,
            "promise": promise,
            "blocks": blocks,
            "superblock": .object(Dictionary(fields, uniquingKeysWith: { $1 })),
            "groups": .array(golden.groups.map(group)),
            "classes": .array(golden.classes.map(ownerClass)),
            "tree": tree,
            "spans": .number(golden.spans.count),
            "waivers": .array(golden.waivers.map(waiver)),
            "warnings": .array(loaded.warnings.map { .string($0) }),
        ]
        return .object(members)
    }

    private var layout: JSONValue { golden.layout.map { .number($0) } ?? .null }

    private var inputs: JSONValue {
        guard let inputs = golden.inputs else { return .null }
        return .object([
            "recipe": .string(inputs.recipe.hex), "sources": .string(inputs.sources.hex),
        ])
    }

    private var promise: JSONValue {
        guard let promise = golden.promise else { return .null }
        return .object([
            "free_inodes": .unsigned(promise.freeInodes),
            "usable_bytes": .unsigned(promise.freeBytes),
        ])
    }

    private var blocks: JSONValue {
        guard let blocks = golden.blocks else { return .null }
        return .object([
            "count": .unsigned(blocks.count), "sha256": .string(blocks.digest.hex),
            "present": .bool(loaded.blocks != nil),
        ])
    }

    private var tree: JSONValue {
        let lines = golden.entries.map { entry in
            JSONValue.object(["path": .string(entry.path), "facts": .string(entry.facts)])
        }
        return .object([
            "entries": .unsigned(golden.tree.entryCount),
            "sha256": .string(golden.tree.digest.hex), "lines": .array(lines),
        ])
    }

    private func ownerClass(_ owner: GoldenFile.OwnerClass) -> JSONValue {
        .object([
            "class": .string(owner.name), "blocks": .unsigned(owner.blockCount),
            "sha256": .string(owner.digest.hex),
        ])
    }

    private func waiver(_ waiver: Waiver) -> JSONValue {
        .object([
            "subject": .string(waiver.subject), "until": .string("\(waiver.until)"),
            "reason": .string(waiver.reason),
        ])
    }

    private func group(_ group: GoldenFile.Group) -> JSONValue {
        var members: [String: JSONValue] = ["group": .unsigned(group.number)]
        for fact in group.facts { members[fact.name] = .string(fact.value) }
        return .object(members)
    }
}
