import Ext4Image
import Ext4Layout
import ImageBytes

/// What became of the blocks of all files whose maps are not the same on both sides.
struct MapSurvey {
    /// By the number in the first image.
    private(set) var fates: [UInt32: MapFate] = [:]
    /// The same for two inodes of one name that are no pair, by the number in the second image.
    private(set) var twins: [UInt32: (before: UInt32, fate: MapFate)] = [:]
    /// Whether the journal lies elsewhere and holds something else.
    private(set) var hasOtherLog = false
    private(set) var warnings: [String] = []

    init(
        _ before: Ext4Image, _ after: Ext4Image, pairs: InodePairs, survey: DifferenceSurvey
    ) {
        let comparison = MapComparison(before, after)
        var numbers = survey.oldMaps
        numbers.formUnion(survey.newMaps.compactMap(pairs.before))
        if pairs.toAfter != nil {
            numbers.formUnion(pairs.elsewhere(before, after).map(\.before))
        }
        // What the inode for resizing maps are no blocks of its own.
        numbers.remove(InodeNumber.resize)
        for number in numbers.sorted() {
            guard let other = pairs.after(number),
                var fate = comparison.compare(number, other)
            else { continue }
            if number == before.journalNumber {
                hasOtherLog = fate.firstDifference != nil
                fate.firstDifference = nil
            } else if before.kind(ofInode: number) == .directory || number == before.orphanFile {
                // Directories are compared by their names, and orphans are no content.
                fate.firstDifference = nil
            }
            fates[number] = fate
        }
        for (old, new) in pairs.twins {
            guard let fate = comparison.compare(old, new) else { continue }
            twins[new] = (old, fate)
        }
        warnings = pairs.warnings
        if comparison.isSpent {
            warnings.append("files share more blocks than there are; not all were compared")
        }
    }
}

extension InodePairs {
    /// The pairs whose inodes lie in other places of the image, by their numbers in the first.
    func elsewhere(
        _ before: Ext4Image, _ after: Ext4Image
    ) -> [(before: UInt32, after: UInt32)] {
        let (one, other) = (before.geometry, after.geometry)
        let isSame =
            one.blockSize == other.blockSize && one.inodeSize == other.inodeSize
            && one.inodesPerGroup == other.inodesPerGroup && one.groupCount == other.groupCount
            && one.blocksPerGroup == other.blocksPerGroup
            && one.firstDataBlock == other.firstDataBlock
            && zip(before.groups, after.groups).allSatisfy { $0.inodeTable == $1.inodeTable }
        if isSame { return renumbered }
        return (toAfter ?? [:]).map { (before: $0.key, after: $0.value) }.filter { pair in
            guard pair.before == pair.after else { return true }
            let place = one.position(ofInode: pair.before)
            guard let place, place.group < other.groupCount else { return true }
            return one.blockSize != other.blockSize || one.inodeSize != other.inodeSize
                || one.inodesPerGroup != other.inodesPerGroup
                || one.blocksPerGroup != other.blocksPerGroup
                || one.firstDataBlock != other.firstDataBlock
                || before.groups[place.group].inodeTable != after.groups[place.group].inodeTable
        }.sorted { $0.before < $1.before }
    }
}
