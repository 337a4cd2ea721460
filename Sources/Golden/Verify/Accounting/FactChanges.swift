import Ext4Layout
import ImageBytes

/// The decoded facts in which two goldens part, each with its cause. What is said to follow from
/// other changes was seen to do so; else it is unexplained.
struct FactChanges {
    let old: GoldenFacts
    let new: GoldenFacts
    /// Whether every checksum is another one, in blocks that are otherwise the same.
    private let hasNewSeed: Bool
    private let descriptors: [DescriptorChecksums?]

    init(old: GoldenFacts, new: GoldenFacts) {
        self.old = old
        self.new = new
        hasNewSeed = ["s_uuid", "s_checksum_seed"].contains { old.field($0) != new.field($0) }
        descriptors = [old, new].map(DescriptorChecksums.init)
    }

    /// The size, the fields of the superblock and of the groups' descriptors, and the names where
    /// both sides have them.
    func all() -> [Change] {
        let fields = GoldenComparison.superblock(old.superblock, new.superblock)
        let groups = GoldenComparison.groups(old.groups, new.groups)
        let known = size + fields + groups
        return size + fields.map { judged($0, known) } + groups.map { judged($0, known) } + names
    }

    private var size: [Change] {
        guard old.imageBytes != new.imageBytes else { return [] }
        return [
            Change(.geometry, "image size", old: "\(old.imageBytes)", new: "\(new.imageBytes)")
        ]
    }

    private var names: [Change] {
        guard old.tree != new.tree, old.hasNames, new.hasNames else { return [] }
        return GoldenComparison.entries(old.entries, new.entries)
    }

    /// A derived change that follows from nothing is unexplained.
    private func judged(_ change: Change, _ all: [Change]) -> Change {
        guard change.cause.isDerived, !follows(change, all) else { return change }
        return Change(.unexplained, change.subject, old: change.old, new: change.new)
    }

    private func follows(_ change: Change, _ all: [Change]) -> Bool {
        let words = change.subject.split(separator: " ")
        switch words.last {
        case "s_checksum": return [old, new].allSatisfy(Self.hasRightChecksum)
        case "s_free_blocks_count", "s_free_blocks_hi", "s_free_inodes_count":
            return [old, new].allSatisfy(Self.hasRightTotals)
        case "s_overhead_clusters":
            return all.contains {
                [.geometry, .features, .journal, .mounted].contains($0.cause)
            }
        case "bg_block_bitmap_csum", "bg_inode_bitmap_csum":
            return differs(.bitmaps) || hasNewSeed
        case "bg_checksum":
            guard let number = words.dropFirst().first.flatMap({ UInt64(decimal: $0) }) else {
                return false
            }
            return descriptors.allSatisfy { $0?.isRight(forGroup: number) == true }
        case "bg_used_dirs_count", "bg_itable_unused":
            return differs(.bitmaps) || differs(.inodeTables)
        default: return differs(.bitmaps)
        }
    }

    private func differs(_ name: OwnerClassName) -> Bool {
        guard let before = old.owner(name), let after = new.owner(name) else { return false }
        return before != after
    }

    private static func hasRightChecksum(_ facts: GoldenFacts) -> Bool {
        guard let superblock = SuperblockFacts.superblock(of: facts.superblock),
            superblock.readOnly.contains(.metadataChecksums)
        else { return false }
        return MetadataChecksums.superblock(superblock.slice)
            == superblock[Superblock.Fields.checksum]
    }

    /// Whether what the superblock says is free is what the groups say.
    private static func hasRightTotals(_ facts: GoldenFacts) -> Bool {
        guard let superblock = SuperblockFacts.superblock(of: facts.superblock),
            let geometry = try? Geometry(superblock)
        else { return false }
        func total(_ name: String) -> UInt64 {
            facts.groups.reduce(0) { sum, group in
                let value = group.facts.first { $0.name == name }?.value
                return sum &+ (value.flatMap { UInt64(decimal: $0) } ?? 0)
            }
        }
        return total("bg_free_blocks_count") &* UInt64(geometry.blocksPerCluster)
            == superblock.freeBlockCount
            && total("bg_free_inodes_count") == UInt64(superblock[Superblock.Fields.freeInodes])
    }
}
