import Ext4Image
import Ext4Layout
import Golden
import ImageBytes

extension Comparer {
    /// The inode's counterpart in the other image.
    func counterpart(_ side: Side, _ inode: UInt32) -> UInt32? {
        side == .old ? pairs.after(inode) : pairs.before(inode)
    }

    /// Why an inode has no counterpart.
    func alone(_ side: Side, _ inode: UInt32) -> Cause.Name {
        side == .old
            ? pairs.aloneBefore[inode] ?? .removed : pairs.aloneAfter[inode] ?? .added
    }

    /// Why a block belongs to somebody on one side and not on the other; empty for free ones.
    func reasons(_ side: Side, _ owner: BlockOwner?) -> [Attribution] {
        switch owner {
        case nil, .free, .lost: []
        case .content(let inode, let logical, _): [reason(side, inode, logical: logical)]
        case .mapNode(InodeNumber.resize, _, _): [.init(cause: .geometry, roots: .metadata)]
        case .mapNode(let inode, _, _): [reason(side, inode, logical: nil)]
        case .xattrs(let inode): [xattrReason(side, inode)]
        default: [.init(cause: .geometry, roots: .metadata)]
        }
    }

    private func xattrReason(_ side: Side, _ inode: UInt32) -> Attribution {
        guard let other = counterpart(side, inode) else {
            return .init(cause: alone(side, inode), roots: [])
        }
        let there = image(side == .old ? .new : .old).inode(other)?.xattrBlock ?? 0
        return there == 0
            ? .init(cause: .xattr, roots: []) : .init(cause: .blockPlacement, roots: .placement)
    }

    /// Why a block of a file's content or map lies here and not there.
    private func reason(_ side: Side, _ number: UInt32, logical: UInt64?) -> Attribution {
        guard let other = counterpart(side, number) else {
            return .init(cause: alone(side, number), roots: [])
        }
        let (first, second) = side == .old ? (number, other) : (other, number)
        let (old, new) = (self.old, self.new)
        guard let one = old.inode(first), let two = new.inode(second) else {
            return .init(cause: .unexplained, roots: [])
        }
        if first == old.journalNumber || second == new.journalNumber, one.size != two.size {
            return .init(cause: .journal, roots: [])
        }
        if one.kind == .directory, two.kind == .directory {
            // A directory that has another size has it for its names.
            return one.size != two.size
                ? directoryReason(first) : .init(cause: .blockPlacement, roots: .placement)
        }
        // A file that changed was written anew: that its blocks lie elsewhere says no more.
        if maps[first]?.firstDifference != nil { return .init(cause: .content, roots: []) }
        return .init(cause: .blockPlacement, roots: .placement)
    }

    /// Why a directory's blocks hold something else, by its number in the first image.
    func directoryReason(_ number: UInt32) -> Attribution {
        let fate = pairs.fate(number)
        if fate.names.contains(.added) { return .init(cause: .added, roots: []) }
        if fate.names.contains(.removed) { return .init(cause: .removed, roots: []) }
        return .init(cause: .directoryOrder, roots: orderRoots(number))
    }

    /// Why the names of a directory have another order, by its number in the first image: the seed,
    /// where both sides order them by their hashes, or how they are cut into blocks.
    func orderRoots(_ number: UInt32) -> CauseSet {
        if old.geometry.blockSize != new.geometry.blockSize { return CauseSet(.geometry) }
        let same = pairs.after(number) ?? number
        return old.hashSeed() != new.hashSeed() && old.isIndexed(number) && new.isIndexed(same)
            ? CauseSet(.hashSeed) : []
    }

    /// Why an inode's place in the table holds something else; nil where nothing is there.
    func inodeReason(_ side: Side, _ number: UInt32) -> Attribution? {
        guard image(side).isInUse(number) else { return nil }
        guard let other = counterpart(side, number) else {
            return .init(cause: alone(side, number), roots: [])
        }
        return other == number ? nil : .init(cause: .inodeOrder, roots: .numbering)
    }
}
