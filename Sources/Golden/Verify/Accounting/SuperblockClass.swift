import Ext4Layout
import ImageBytes

/// The class of superblocks as it is where nothing but superblocks stands in its blocks, which is
/// how file systems are made: from the fields alone, so that no image has to be at hand.
struct SuperblockClass {
    private let superblock: Superblock
    private let geometry: Geometry

    /// More copies than these are not made: a golden may claim any number of groups.
    private static let copyLimit = 4096

    /// Nil where the facts are not those of a superblock that a reader can calculate with.
    init?(_ facts: [GoldenFile.Fact]) {
        guard let superblock = SuperblockFacts.superblock(of: facts),
            let geometry = try? Geometry(superblock)
        else { return nil }
        self.superblock = superblock
        self.geometry = geometry
    }

    /// Whether the class of a golden holds these superblocks and nothing else.
    func accounts(for known: GoldenFile.OwnerClass) -> Bool {
        // e2fsprogs clears the bit for a clean file system in copies, and leaves it in others.
        [false, true].contains { digest(clearsState: $0) == known.digest }
    }

    private func digest(clearsState: Bool) -> SHA256Digest? {
        let places = DescriptorPlaces(superblock, geometry)
        var hasher = SHA256Hasher()
        var copies = 0
        for group in 0..<geometry.groupCount where superblock.hasBackup(inGroup: group) {
            copies += 1
            guard copies <= Self.copyLimit else { return nil }
            let block = places.superblockBlock(ofGroup: group)
            hasher.update((0..<8).map { UInt8(truncatingIfNeeded: block >> UInt64(8 * $0)) })
            var content = SHA256Hasher()
            content.update(bytes(ofGroup: group, clearsState: clearsState))
            hasher.update(content.finish().bytes)
        }
        return hasher.finish()
    }

    /// A whole block with the copy that lies in a group.
    private func bytes(ofGroup group: Int, clearsState: Bool) -> [UInt8] {
        let start = group == 0 && geometry.blockSize > 1024 ? 1024 : 0
        let bytes = group == 0 ? superblock.slice.copy() : copy(for: group, clearsState)
        let rest = geometry.blockSize - start - bytes.count
        return [UInt8](repeating: 0, count: start) + bytes + [UInt8](repeating: 0, count: rest)
    }

    private func copy(for group: Int, _ clearsState: Bool) -> [UInt8] {
        superblock.copied(
            toGroup: UInt16(truncatingIfNeeded: group),
            state: superblock[Superblock.Fields.state] & (clearsState ? ~1 : ~0))
    }
}

extension Superblock {
    /// The bytes of a copy of this superblock, with its own group, state and checksum.
    func copied(toGroup group: UInt16, state: UInt16) -> [UInt8] {
        var bytes = slice.copy()
        func put(_ value: UInt32, _ count: Int, at offset: Int) {
            for index in 0..<count {
                bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index))
            }
        }
        put(UInt32(group), 2, at: Fields.blockGroupNumber.offset)
        put(UInt32(state), 2, at: Fields.state.offset)
        if readOnly.contains(.metadataChecksums) {
            let checksum = MetadataChecksums.superblock(ImageSlice(bytes.rawSpan))
            put(checksum, 4, at: Fields.checksum.offset)
        }
        return bytes
    }
}
