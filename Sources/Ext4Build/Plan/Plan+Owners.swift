internal import Golden
internal import SourceTree

extension Plan {
    /// The blocks of all classes of owners that a golden has a digest for, by the first block.
    var owners: [ClassRun] {
        let heads = geometry.heads
        let blocks: [(OwnerClassName, [Range<UInt64>])] = [
            (.superblock, heads.map { $0.prefix(1) }),
            // Inode 7 holds the blocks for growth, and the one that has their numbers.
            (.descriptors, heads.map { $0.dropFirst() } + [resizeBlock..<resizeBlock + 1]),
            (.bitmaps, geometry.bitmaps),
            (.inodeTables, geometry.inodeTables),
            (.journal, journal.map(\.blocks)),
            (.directories, content { $0 == .directory }),
            (.data, content { $0 != .directory } + maps),
        ]
        return blocks.flatMap { owner, blocks in
            blocks.joinedRuns().map { ClassRun($0, owner) }
        }.sorted { $0.blocks.lowerBound < $1.blocks.lowerBound }
    }

    /// What the sources' bytes go to, in the order of the files.
    var data: [Range<UInt64>] { content { $0 == .regular } }

    private func content(_ isWanted: (FileKind) -> Bool) -> [Range<UInt64>] {
        var runs: [Range<UInt64>] = []
        for file in 0..<fileCount where isWanted(tree.nodes[Int(order.nodes[file])].kind) {
            for extent in extents(ofFile: file) { runs.append(joining: extent.blocks) }
        }
        return runs
    }

    /// Extent trees and attributes, which count as data whoever's they are.
    private var maps: [Range<UInt64>] {
        let trees = extentBlocks.values.flatMap(\.self) + journalExtentBlocks
        return (trees + attributeBlocks.values).map { $0..<$0 + 1 }
    }
}
