import Ext4Image
import Ext4Layout
import ImageBytes

/// Takes changes of fields back in an image and sees whether a class of owners is then the blessed
/// one: the proof that nothing else in it changed.
struct ClassReversal {
    let owners: OwnerMap
    let old: GoldenFacts
    let changes: [Change]
    let words: OwnerWords

    /// The classes of `names` that differ for the changes alone.
    func proven(_ names: [OwnerClassName]) -> Set<OwnerClassName> {
        guard !owners.isTruncated else { return [] }
        return Set(names.filter(isProven))
    }

    private func isProven(_ name: OwnerClassName) -> Bool {
        guard let known = old.classes?.first(where: { $0.name == name.rawValue }) else {
            return false
        }
        switch name {
        case .superblock:
            guard let superblock = SuperblockFacts.superblock(of: old.superblock) else {
                return false
            }
            return [false, true].contains { copies in
                digest(of: name) { block, owner in
                    superblockBlock(block, owner, superblock, copies: copies)
                } == known.digest
            }
        case .descriptors:
            return [false, true].contains { copies in
                digest(of: name) { block, owner in
                    descriptorBlock(block, owner, copies: copies)
                } == known.digest
            }
        case .inodeTables:
            guard let inodes = InodeReversal(owners.image, changes, old, words) else {
                return false
            }
            return digest(of: name) { block, owner in inodes.block(block, owner) } == known.digest
        default: return false
        }
    }

    /// The digest of a class in which blocks may have had other bytes.
    private func digest(
        of name: OwnerClassName, _ before: (ImageSlice, BlockOwner) -> [UInt8]?
    ) -> SHA256Digest {
        var hasher = SHA256Hasher()
        var covered: UInt64 = 0
        for run in owners.runs {
            let start = max(run.blocks.lowerBound, covered)
            guard start < run.blocks.upperBound else { continue }
            covered = run.blocks.upperBound
            guard OwnerClassName(of: run.first, in: owners.image) == name else { continue }
            for number in start..<run.blocks.upperBound {
                guard let block = owners.image.block(number) else { continue }
                let bytes = before(block, run.owner(of: number)) ?? block.copy()
                guard !ImageSlice(bytes.rawSpan).isZero else { continue }
                hasher.update((0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) })
                hasher.update(SHA256Digest(of: bytes).bytes)
            }
        }
        return hasher.finish()
    }

    /// A block with the old superblock in it; nil for what stays as it is.
    private func superblockBlock(
        _ block: ImageSlice, _ owner: BlockOwner, _ superblock: Superblock, copies: Bool
    ) -> [UInt8]? {
        guard case .superblock(let group) = owner, group == 0 || copies else { return nil }
        var bytes = block.copy()
        let start = group == 0 && block.origin == 0 && block.count > 1024 ? 1024 : 0
        var old = superblock.slice.copy()
        if group != 0 {
            // A copy that is not one of the superblock here has changes of its own.
            guard let found = try? Superblock(decoding: block, at: 0) else { return nil }
            let number = found[Superblock.Fields.blockGroupNumber]
            let state = found[Superblock.Fields.state]
            guard
                owners.image.superblock.copied(toGroup: number, state: state)
                    == found.slice.copy()
            else { return nil }
            old = superblock.copied(toGroup: number, state: state)
        }
        guard start + old.count <= bytes.count else { return nil }
        bytes.replaceSubrange(start..<start + old.count, with: old)
        return bytes
    }

    /// A block of descriptors with what the golden's lines say of their groups.
    private func descriptorBlock(
        _ block: ImageSlice, _ owner: BlockOwner, copies: Bool
    ) -> [UInt8]? {
        guard case .descriptors(let copy, let index) = owner, copy == 0 || copies,
            owners.image.block(owners.image.places.primaryBlock(index))?.hasSameBytes(as: block)
                == true
        else { return nil }
        let geometry = owners.image.geometry
        let size = geometry.descriptorSize
        var bytes = block.copy()
        for place in 0..<geometry.descriptorsPerBlock {
            let group = index * geometry.descriptorsPerBlock + place
            guard group < old.groups.count else { break }
            var descriptor = Array(bytes[place * size..<(place + 1) * size])
            guard GroupFacts.write(old.groups[group], to: &descriptor) else { return nil }
            bytes.replaceSubrange(place * size..<(place + 1) * size, with: descriptor)
        }
        return bytes
    }
}
