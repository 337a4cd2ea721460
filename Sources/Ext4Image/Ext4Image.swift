public import Ext4Layout
public import ImageBytes

/// An ext2, ext3 or ext4 file system in an image: everything in it, found by its place.
///
/// What is asked for by a number that comes from the image, and lies outside, is nil. What is found
/// is not judged: a checker wants to see it broken.
public final class Ext4Image: Sendable {
    /// The bytes.
    public let bytes: MappedImage
    /// The superblock that the rest was found with.
    public let superblock: Superblock
    /// The numbers that follow from it.
    public let geometry: Geometry
    /// Where group descriptors and superblock copies lie.
    public let places: DescriptorPlaces
    /// How checksums are calculated here.
    public let checksums: MetadataChecksums
    /// Every group's descriptor, in the order of the groups.
    public let groups: [GroupDescriptor]
    /// Incompatible features that this reader does not understand; empty unless they were let pass.
    public let unsupported: [UnsupportedFeature]

    /// - Parameters:
    ///   - bytes: the file system's bytes.
    ///   - offset: where the superblock to trust lies; the primary one unless given.
    ///   - tolerant: whether features that this reader does not understand pass, for whoever only
    ///     wants to name them.
    /// - Throws: ``ImageError`` where there is no superblock, its numbers cannot be calculated
    ///   with, the descriptors lie outside the image, or a feature is not understood.
    public init(
        _ bytes: MappedImage, superblockAt offset: UInt64 = Superblock.imageOffset,
        tolerant: Bool = false
    ) throws(ImageError) {
        self.bytes = bytes
        do throws(FormatError) {
            superblock = try Superblock(decoding: bytes.slice, at: offset)
        } catch { throw .format(error) }
        unsupported = Self.unsupported(superblock)
        if let first = unsupported.first, !tolerant { throw .unsupported(first) }
        do throws(FormatError) {
            geometry = try Geometry(superblock)
            places = DescriptorPlaces(superblock, geometry)
            checksums = MetadataChecksums(superblock)
            groups = try Self.descriptors(bytes, geometry, places)
        } catch { throw .format(error) }
    }

    private static func unsupported(_ superblock: Superblock) -> [UnsupportedFeature] {
        let unknown = superblock.incompatible.subtracting(.supported).rawValue
        return (0..<32).filter { unknown >> $0 & 1 == 1 }.map { bit in
            let name = IncompatibleFeatures.names.first { $0.0.rawValue == 1 << bit }?.1
            return UnsupportedFeature(name ?? "FEATURE_I\(bit)")
        }
    }

    private static func descriptors(
        _ bytes: MappedImage, _ geometry: Geometry, _ places: DescriptorPlaces
    ) throws(FormatError) -> [GroupDescriptor] {
        // Before anything is allocated: the table cannot be larger than the image that holds it.
        let (needed, overflow) = geometry.groupCount.multipliedReportingOverflow(
            by: geometry.descriptorSize)
        guard !overflow, needed <= bytes.count else {
            throw FormatError(
                "group descriptors", at: places.primaryBlock(0) &* UInt64(geometry.blockSize),
                .truncated(needed: needed, available: bytes.count))
        }
        var groups: [GroupDescriptor] = []
        groups.reserveCapacity(geometry.groupCount)
        for index in 0..<geometry.descriptorBlocks {
            let (offset, _) = places.primaryBlock(index).multipliedReportingOverflow(
                by: UInt64(geometry.blockSize))
            let block = try bytes.slice.slice(
                at: offset, count: geometry.blockSize, of: "group descriptors")
            let left = geometry.groupCount - index * geometry.descriptorsPerBlock
            for place in 0..<min(left, geometry.descriptorsPerBlock) {
                let start = place * geometry.descriptorSize
                groups.append(
                    GroupDescriptor(decoding: block.slice(start..<start + geometry.descriptorSize)))
            }
        }
        return groups
    }
}
