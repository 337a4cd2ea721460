import Ext4Layout
import ImageBytes

/// The checksums of the groups' descriptors, computed from the facts of a golden. Made once for all
/// groups: there may be a million.
struct DescriptorChecksums {
    private let checksums: MetadataChecksums
    private let descriptorSize: Int
    private let isWide: Bool
    /// In rising order of their numbers, as in a golden.
    private let groups: [GoldenFile.Group]

    /// Nil where the facts are not those of a superblock that a reader can calculate with.
    init?(_ facts: GoldenFacts) {
        guard let superblock = SuperblockFacts.superblock(of: facts.superblock),
            let geometry = try? Geometry(superblock)
        else { return nil }
        checksums = MetadataChecksums(superblock)
        descriptorSize = geometry.descriptorSize
        isWide = superblock.readOnly.contains(.metadataChecksums)
        groups = facts.groups
    }

    /// Whether a descriptor that holds nothing but the facts of its line has the checksum there.
    func isRight(forGroup number: UInt64) -> Bool {
        guard let group = group(number), let index = UInt32(exactly: number) else { return false }
        var bytes = [UInt8](repeating: 0, count: descriptorSize)
        guard GroupFacts.write(group, to: &bytes) else { return false }
        let slice = ImageSlice(bytes.rawSpan)
        let value =
            isWide
            ? checksums.descriptor(slice, group: index)
            : checksums.descriptor16(slice, group: index)
        return value == slice[GroupDescriptor.Fields.checksum]
    }

    private func group(_ number: UInt64) -> GoldenFile.Group? {
        var low = 0
        var high = groups.count
        while low < high {
            let middle = (low + high) / 2
            if groups[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low < groups.count && groups[low].number == number ? groups[low] : nil
    }
}
