import Ext4Layout
import ImageBytes

/// Whether entries and inodes come in the order that follows from their names alone: entries of a
/// directory of one block by the bytes of their names, inodes as a walk through the tree meets them,
/// `lost+found` before all others.
struct OrderLint {
    let session: CheckSession

    private var volume: Volume { session.volume }

    /// How much is looked at before it is let go of.
    private static let touchedLimit = 4 << 20
    /// How deep a tree is followed.
    private static let depthLimit = 4096

    /// A child of a directory.
    private struct Child {
        /// Where its name lies in the image.
        let name: Range<Int>
        let inode: UInt32
    }

    /// Looks for both.
    func run(_ log: inout FindingLog) {
        var walk = Walk(
            log: log, seen: SparseBits(limit: UInt64(volume.inodeCount) + 1),
            touched: TouchedWindows(volume))
        go(&walk)
        log = walk.log
        if walk.tooDeep > 0 {
            log.add(
                .limit, at: .inode(walk.tooDeep), severity: .note,
                "the order of the tree below is not looked at: truncated at \(Self.depthLimit) of at "
                    + "least \(Self.depthLimit + 1) folders deep")
        }
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
        var seen: SparseBits
        var touched: TouchedWindows
        var last: UInt32 = 0
        var misplaced = 0
        var firstMisplaced: UInt32 = 0
        var before: UInt32 = 0
        /// The first directory that lies too deep; 0 for none.
        var tooDeep: UInt32 = 0
        var unsorted = 0
        var firstUnsorted: UInt32 = 0

        /// Takes the next inode on the way; returns whether it is new.
        mutating func meet(_ inode: UInt32) -> Bool {
            // A number that is none was never met, and leads nowhere.
            guard UInt64(inode) < seen.limit, !seen.insert(UInt64(inode)) else { return false }
            if inode < last {
                if misplaced == 0 { (firstMisplaced, before) = (last, inode) }
                misplaced += 1
            } else {
                last = inode
            }
            return true
        }
    }

    /// The directory of an inode, of those that come in the order of their inodes.
    private func work(_ inode: UInt32) -> DirectoryWork? {
        let directories = session.directories
        var (low, high) = (0, directories.count)
        while low < high {
            let middle = (low + high) / 2
            if directories[middle].inode < inode { low = middle + 1 } else { high = middle }
        }
        return low < directories.count && directories[low].inode == inode
            ? directories[low] : nil
    }

    /// A directory on the way down, and which child of it comes next.
    private struct Level {
        let children: [Child]
        var next = 0
    }

    /// Goes through the tree. Not by recursion: how deep it is, the image says.
    private func go(_ walk: inout Walk) {
        var levels = [Level(children: children(of: InodeNumber.root, &walk))]
        while let last = levels.indices.last {
            guard levels[last].next < levels[last].children.count else {
                levels.removeLast()
                continue
            }
            let inode = levels[last].children[levels[last].next].inode
            levels[last].next += 1
            guard walk.meet(inode), session.facts.traits[inode].contains(.directory) else {
                continue
            }
            if levels.count < Self.depthLimit {
                levels.append(Level(children: children(of: inode, &walk)))
            } else if walk.tooDeep == 0 {
                walk.tooDeep = inode
            }
        }
    }

    /// The entries of a directory in the order of their names, after a look at the one they are in.
    private func children(of directory: UInt32, _ walk: inout Walk) -> [Child] {
        guard let work = work(directory) else { return [] }
        let image = volume.image
        let disk = image.slice
        var children = read(work)
        let isOneBlock = work.isInline || session.runs[work.runs].reduce(0) { $0 + $1.count } == 1
        let isSorted = zip(children, children.dropFirst()).allSatisfy {
            disk.isOrdered($0.name, before: $1.name)
        }
        if !isSorted {
            if isOneBlock {
                if walk.unsorted == 0 { walk.firstUnsorted = directory }
                walk.unsorted += 1
            }
            children.sort { disk.isOrdered($0.name, before: $1.name) }
        }
        if directory == InodeNumber.root,
            let index = children.firstIndex(where: {
                $0.name.count == 10
                    && disk.slice($0.name).copy().elementsEqual("lost+found".utf8)
            })
        {
            children.insert(children.remove(at: index), at: 0)
        }
        // Of the children only the numbers are needed from here on.
        walk.touched.add(work, session.runs)
        if walk.touched.byteCount >= Self.touchedLimit { walk.touched.release() }
        return children
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
                let isDots =
                    entry.nameLength <= 2
                    && entry.nameRange.allSatisfy { slice[byte: $0] == UInt8(ascii: ".") }
                if entry.inode != 0, !isDots {
                    // A slice of an image knows where in it it lies.
                    let start = Int(slice.origin) + entry.nameRange.lowerBound
                    children.append(
                        Child(name: start..<start + entry.nameRange.count, inode: entry.inode))
                }
                offset = entry.end
            }
        }
        return children
    }
}
