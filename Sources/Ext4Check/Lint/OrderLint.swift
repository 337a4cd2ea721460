import Ext4Layout
import ImageBytes

/// Whether entries and inodes come in the order that follows from their names alone: entries of a
/// directory of one block by the bytes of their names, inodes as a walk through the tree meets them,
/// `lost+found` before all others.
struct OrderLint {
    let session: CheckSession

    private var volume: Volume { session.volume }

    /// How deep a tree is followed.
    private static let depthLimit = 4096

    /// A child of a directory.
    private struct Child {
        let name: [UInt8]
        let inode: UInt32
    }

    /// Looks for both.
    func run(_ log: inout FindingLog) {
        var places: [UInt32: Int] = [:]
        places.reserveCapacity(session.directories.count)
        for (index, work) in session.directories.enumerated() { places[work.inode] = index }
        var walk = Walk(log: log)
        visit(InodeNumber.root, places, depth: 0, &walk)
        log = walk.log
        if walk.misplaced > 0 {
            log.add(
                .lintInodeOrder, at: .inode(walk.firstMisplaced),
                "comes before inode \(walk.before) in the tree"
                    + (walk.misplaced > 1 ? "; \(walk.misplaced) inodes are out of order" : ""))
        }
        if walk.unsorted > 0 {
            log.add(
                .lintEntryOrder, at: .inode(walk.firstUnsorted),
                "its entries do not follow the bytes of their names"
                    + (walk.unsorted > 1 ? "; so do those of \(walk.unsorted - 1) more" : ""))
        }
    }

    private struct Walk {
        var log: FindingLog
        var last: UInt32 = 0
        var seen: Set<UInt32> = []
        var misplaced = 0
        var firstMisplaced: UInt32 = 0
        var before: UInt32 = 0
        var unsorted = 0
        var firstUnsorted: UInt32 = 0

        /// Takes the next inode on the way; returns whether it is new.
        mutating func meet(_ inode: UInt32) -> Bool {
            guard seen.insert(inode).inserted else { return false }
            if inode < last {
                if misplaced == 0 { (firstMisplaced, before) = (last, inode) }
                misplaced += 1
            } else {
                last = inode
            }
            return true
        }
    }

    private func visit(
        _ directory: UInt32, _ places: [UInt32: Int], depth: Int, _ walk: inout Walk
    ) {
        guard depth < Self.depthLimit, let place = places[directory] else { return }
        let work = session.directories[place]
        var children = read(work)
        let isOneBlock = work.isInline || session.runs[work.runs].reduce(0) { $0 + $1.count } == 1
        let isSorted = zip(children, children.dropFirst()).allSatisfy {
            $0.name.lexicographicallyPrecedes($1.name)
        }
        if !isSorted {
            if isOneBlock {
                if walk.unsorted == 0 { walk.firstUnsorted = directory }
                walk.unsorted += 1
            }
            children.sort { $0.name.lexicographicallyPrecedes($1.name) }
        }
        if directory == InodeNumber.root,
            let index = children.firstIndex(where: { $0.name.elementsEqual("lost+found".utf8) })
        {
            children.insert(children.remove(at: index), at: 0)
        }
        for child in children where walk.meet(child.inode) {
            if session.facts.traits[child.inode].contains(.directory) {
                visit(child.inode, places, depth: depth + 1, &walk)
            }
        }
    }

    /// The entries of a directory apart from `.` and `..`.
    private func read(_ work: DirectoryWork) -> [Child] {
        var children: [Child] = []
        DirectoryAreas(session: session).forEach(work) { slice, limit, fileBlock in
            var offset = 0
            while offset < limit,
                let entry = DirectoryEntry(in: slice, at: offset, blockSize: volume.blockSize),
                entry.recordLength >= 8, entry.end <= limit,
                entry.nameRange.upperBound <= entry.end
            {
                let name = slice.copy(entry.nameRange)
                let isDots = name.count <= 2 && name.allSatisfy { $0 == UInt8(ascii: ".") }
                if entry.inode != 0, !isDots {
                    children.append(Child(name: name, inode: entry.inode))
                }
                offset = entry.end
            }
        }
        return children
    }
}
