import Ext4Layout
import HostSystem
import ImageBytes

/// Finds the paths of the inodes that findings are about.
struct PathFinder {
    private let volume: Volume
    /// The directory that each directory lies in.
    private let parents: SparseTable<UInt32>
    /// Where an inode is named, for those that were asked for and the directories above them.
    private var names: [UInt32: (directory: UInt32, name: String)] = [:]

    /// The longest path that is shown, in directories.
    private static let depthLimit = 64

    /// Goes through the directories once.
    ///
    /// - Parameters:
    ///   - session: a check that ran to its end.
    ///   - inodes: the inodes to find.
    init(_ session: CheckSession, inodes: Set<UInt32>) {
        volume = session.volume
        parents = session.parents
        var wanted: Set<UInt32> = []
        for inode in inodes where inode != InodeNumber.root { wanted.insert(inode) }
        // A first walk finds the directories of what was asked for; theirs are known.
        collect(session, wanted)
        var above: Set<UInt32> = []
        for place in names.values {
            var directory = place.directory
            for _ in 0..<Self.depthLimit where directory > InodeNumber.root {
                // On, even where another was here before: it may have come from deeper down, and
                // have ended on the way.
                above.insert(directory)
                directory = parents[directory]
            }
        }
        collect(session, above.subtracting(names.keys))
    }

    private mutating func collect(_ session: CheckSession, _ wanted: Set<UInt32>) {
        guard !wanted.isEmpty else { return }
        let areas = DirectoryAreas(session: session)
        // The first of each: an inode can have more names than memory has room for.
        var found: [UInt32: (directory: UInt32, name: String)] = [:]
        for work in session.directories {
            areas.forEach(work) { slice, limit, _ in
                var offset = 0
                while offset < limit,
                    let entry = DirectoryEntry(
                        in: slice, at: offset, blockSize: volume.blockSize),
                    entry.recordLength >= 8, entry.end <= limit
                {
                    if wanted.contains(entry.inode), found[entry.inode] == nil,
                        entry.nameRange.upperBound <= entry.end
                    {
                        let name = slice.copy(entry.nameRange)
                        if name != [0x2E], name != [0x2E, 0x2E] {
                            found[entry.inode] = (work.inode, EscapedName(name).description)
                        }
                    }
                    offset = entry.end
                }
            }
        }
        names.merge(found) { first, _ in first }
    }

    /// The path of an inode; nil where none leads to it.
    func path(of inode: UInt32) -> String? {
        var parts: [String] = []
        var current = inode
        while current != InodeNumber.root {
            guard parts.count < Self.depthLimit, let place = names[current] else { return nil }
            parts.append(place.name)
            current = place.directory
        }
        return "/" + parts.reversed().joined(separator: "/")
    }
}

extension CheckSession {
    /// The same findings, with the paths of their inodes.
    func withPaths(_ findings: [CheckFinding]) -> [CheckFinding] {
        let inodes = Set(findings.compactMap(\.place.inode))
        guard isComplete, !inodes.isEmpty else { return findings }
        let finder = PathFinder(self, inodes: inodes)
        return findings.map { finding in
            guard let inode = finding.place.inode, let path = finder.path(of: inode) else {
                return finding
            }
            var place = finding.place
            place.path = path
            return CheckFinding(
                finding.kind, at: place, finding.message, severity: finding.severity)
        }
    }
}
