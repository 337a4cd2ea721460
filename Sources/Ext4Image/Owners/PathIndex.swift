internal import Ext4Layout
public import HostSystem
internal import ImageBytes

/// The path of every inode: one name for each, the first that the directories hold in the order of
/// their inode numbers.
public struct PathIndex: Sendable {
    private struct Link {
        let parent: UInt32
        let nameLength: UInt8
        let nameOffset: UInt64
    }

    private let image: Ext4Image
    private var links: [UInt32: Link] = [:]

    /// No path has more parts than this here: the kernel's longest path, of one-letter names.
    public static let depthLimit = 2048

    /// Reads all directories; broken ones give the names before the break.
    public init(of image: Ext4Image, workers: Int = ThreadTeam.processorCount) {
        self.image = image
        let groups = image.groupsWithInodes
        let found = ThreadTeam.map(count: groups.count, workers: workers) { index in
            let links = Self.links(in: groups[index], of: image)
            // What is mapped counts as our memory.
            image.bytes.releaseAll()
            return links
        }
        for part in found {
            for (child, link) in part where links[child] == nil { links[child] = link }
        }
    }

    /// The path from the root, starting with a slash; nil where no name leads to the inode.
    public func path(of number: UInt32) -> [UInt8]? {
        if number == InodeNumber.root { return [0x2F] }
        var parts: [[UInt8]] = []
        var next = number
        while next != InodeNumber.root {
            guard parts.count < Self.depthLimit, let link = links[next],
                let name = image.slice.slice(ifAt: link.nameOffset, count: Int(link.nameLength))
            else { return nil }
            parts.append([0x2F] + name.copy())
            next = link.parent
        }
        return parts.reversed().flatMap(\.self)
    }

    private static func links(in group: Int, of image: Ext4Image) -> [(UInt32, Link)] {
        var found: [(UInt32, Link)] = []
        var budget = DirectoryBudget(for: image)
        if image.groups[group].flags.contains(.inodesUninitialized) { return found }
        for index in 0..<Int(image.geometry.inodesPerGroup) {
            let number = image.geometry.inodeNumber(group: group, index: index)
            guard let number = UInt32(exactly: number), let inode = image.inode(number) else {
                break
            }
            guard inode.kind == .directory, inode.isInUse else { continue }
            budget.nextDirectory()
            add(inode, image, &budget, &found)
        }
        return found
    }

    private static func add(
        _ directory: borrowing Inode, _ image: Ext4Image, _ budget: inout DirectoryBudget,
        _ found: inout [(UInt32, Link)]
    ) {
        let parent = directory.number
        let blockSize = image.geometry.blockSize
        // A broken map ends the directory here; checking names the flaw.
        try? image.forEachDirectoryBlock(of: directory) { (_, block) throws(FormatError) in
            guard budget.take() else { throw DirectoryBudget.spent(block) }
            var offset = 0
            while let entry = DirectoryEntry(in: block, at: offset, blockSize: blockSize),
                entry.flaw(limit: block.count) == nil
            {
                offset = entry.end
                guard entry.inode != 0, entry.nameLength > 0, !isDots(entry, in: block) else {
                    continue
                }
                found.append(
                    (
                        entry.inode,
                        Link(
                            parent: parent, nameLength: UInt8(entry.nameLength),
                            nameOffset: block.origin + UInt64(entry.nameRange.lowerBound))
                    ))
            }
            if offset < block.count { budget.noteBroken() }
        }
    }

    private static func isDots(_ entry: DirectoryEntry, in block: ImageSlice) -> Bool {
        let start = entry.nameRange.lowerBound
        return entry.nameLength == 1 && block[byte: start] == 0x2E
            || entry.nameLength == 2 && block[byte: start] == 0x2E && block[byte: start + 1] == 0x2E
    }
}
