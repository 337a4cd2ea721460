public import Ext4Image
import Ext4Layout
import Golden
public import HostSystem
import ImageBytes

/// Compares two images: first byte for byte, and only where bytes differ, structure by structure.
public struct DifferenceEngine: Sendable {
    /// Threads to work with.
    public var workers: Int
    /// Causes that do not count.
    public var ignored: CauseSet = []
    /// Looks inside files whose content differs.
    public var culprits: CulpritFinder?

    public init(workers: Int) {
        self.workers = max(1, workers)
    }

    /// Compares two file systems.
    ///
    /// - Throws: `FileError` where a file cannot be read as a whole.
    public func compare(
        _ before: Ext4Image, _ after: Ext4Image
    ) throws(FileError) -> ImageDifference {
        let blockSize = min(before.geometry.blockSize, after.geometry.blockSize)
        let runs = try BlockComparison.runs(
            before.bytes, after.bytes, blockSize: blockSize, workers: workers)
        let longer = UInt64(max(before.bytes.count, after.bytes.count))
        var draft = DifferenceDraft(
            before: before, after: after, blockSize: blockSize,
            blockCount: (longer + UInt64(blockSize) - 1) / UInt64(blockSize))
        guard !runs.isEmpty else { return draft.difference() }
        let owners = ThreadTeam.map(count: 2, workers: workers) { index in
            OwnerMap(of: index == 0 ? before : after, workers: max(1, workers / 2))
        }
        let survey = DifferenceSurvey(owners[0], owners[1], runs)
        let pairs =
            survey.mayHaveOtherNames ? InodePairs(before, after) : InodePairs.identity
        let paths = PathIndex(of: before, workers: workers)
        let sides = ImageDifference.Sides(
            before: .init(owners: owners[0], paths: paths),
            after: .init(
                owners: owners[1],
                paths: survey.mayHaveOtherNames ? PathIndex(of: after, workers: workers) : paths))
        draft.sides = sides
        draft.ignored = ignored
        let maps = MapSurvey(before, after, pairs: pairs, survey: survey)
        let comparer = Comparer(
            old: sides.before, new: sides.after, pairs: pairs, maps: maps.fates)
        compareBlocks(runs, with: comparer, blockSize: blockSize)
        comparer.comparePairsElsewhere()
        comparer.recordTrees(maps)
        draft.fill(from: comparer, maps)
        if owners[0].isTruncated || owners[1].isTruncated {
            draft.warnings.append("an image has more extents than are kept; owners may be wrong")
        }
        draft.findCulprits(culprits, workers: workers)
        return draft.difference()
    }

    private func compareBlocks(
        _ runs: [Range<UInt64>], with comparer: Comparer, blockSize: Int
    ) {
        let images = (comparer.old.bytes, comparer.new.bytes)
        let size = UInt64(blockSize)
        let common = UInt64(min(images.0.count, images.1.count)) / size
        let step = UInt64(Self.releaseByteCount) / size
        for run in runs {
            var start = run.lowerBound
            while start < min(run.upperBound, common) {
                let end = min(start + step, run.upperBound, common)
                for block in start..<end { comparer.compare(block: block) }
                // What was looked at is not needed again soon.
                let bytes = Int(start * size)..<Int(end * size)
                images.0.release(bytes)
                images.1.release(bytes)
                start = end
            }
            if run.upperBound > common {
                comparer.compareEnds(max(run.lowerBound, common)..<run.upperBound)
            }
        }
    }

    /// So much of the images is in memory at once because of this.
    private static let releaseByteCount = 8 << 20
}
