/// The files of a tree in the one order that inode numbers, directories and data follow: depth
/// first, a folder before what it holds, names by their bytes, /lost+found before its siblings.
/// A file with several names stands where its first name does.
public struct FileOrder: Sendable {
    /// For each file, the node of its first name. File 0 is the root, file 1 is /lost+found.
    public let nodes: [UInt32]
    /// For each node, its file.
    public let fileOfNode: [UInt32]
    /// For each file, how many names it has: `i_links_count` of everything but folders.
    public let nameCounts: [UInt16]

    /// What one file may have in names: `EXT4_LINK_MAX` (fs/ext4/ext4.h). Further names of the same
    /// file begin a copy of it.
    public static let maximumNameCount: UInt16 = 65_000

    public static let lostAndFound = Array("lost+found".utf8)

    /// - Precondition: the tree has a folder /lost+found.
    public init(_ tree: SourceTree) {
        var nodes: [UInt32] = []
        nodes.reserveCapacity(tree.nodes.count)
        var fileOfNode = [UInt32](repeating: 0, count: tree.nodes.count)
        var nameCounts: [UInt16] = []
        nameCounts.reserveCapacity(tree.nodes.count)
        var fileOfGroup = [UInt32?](repeating: nil, count: Int(tree.linkGroupCount) + 1)

        var pending: [UInt32] = [0]
        while let node = pending.popLast() {
            let entry = tree.nodes[Int(node)]
            if entry.linkGroup > 0, let file = fileOfGroup[Int(entry.linkGroup)],
                nameCounts[Int(file)] < Self.maximumNameCount
            {
                nameCounts[Int(file)] += 1
                fileOfNode[Int(node)] = file
                continue
            }
            let file = UInt32(nodes.count)
            nodes.append(node)
            nameCounts.append(1)
            fileOfNode[Int(node)] = file
            if entry.linkGroup > 0 { fileOfGroup[Int(entry.linkGroup)] = file }

            // The last one pushed is the next one taken.
            pending += entry.children.reversed().lazy.map { UInt32($0) }
            if node == 0, let first = tree.child(of: 0, named: Self.lostAndFound) {
                pending.removeAll { $0 == UInt32(first) }
                pending.append(UInt32(first))
            }
        }
        self.nodes = nodes
        self.fileOfNode = fileOfNode
        self.nameCounts = nameCounts
    }
}
