/// Finds the names that are one file: those with one `inode=` (in one `resdevice=`) whose `nlink=` is
/// not 1, which is what bsdtar's `--options mtree:inode,resdevice` writes, and how it reads it back.
struct MtreeLinks {
    /// Two names of one file that are described in two ways.
    struct Mismatch: Error {
        let first: Int
        let second: Int
        let what: String
    }

    private struct Inode: Hashable {
        let space: [UInt8]?
        let number: UInt64
    }

    /// The nodes of each file, in the order in which the files were found.
    private var files: [[(node: Int, contents: [UInt8]?)]] = []
    private var indexOfFile: [Inode: Int] = [:]

    /// Remembers a node if it may have other names.
    mutating func note(_ node: Int, _ keywords: MtreeKeywords, kind: FileKind) {
        guard let number = keywords.inode, kind != .directory, keywords.linkCount != 1 else {
            return
        }
        let inode = Inode(space: keywords.inodeSpace, number: number)
        if let file = indexOfFile[inode] {
            files[file].append((node, keywords.contents))
        } else {
            indexOfFile[inode] = files.count
            files.append([(node, keywords.contents)])
        }
    }

    /// Gives the names of one file one link group and the contents of the first name.
    func join(in tree: inout SourceTree) throws(Mismatch) {
        for names in files where names.count > 1 {
            let group = tree.newLinkGroup()
            let first = names[0]
            for name in names {
                if let what = difference(first, name, in: tree) {
                    throw Mismatch(first: first.node, second: name.node, what: what)
                }
                let content = tree.nodes[first.node].content
                tree.update(name.node) {
                    $0.linkGroup = group
                    $0.content = content
                }
            }
        }
    }

    private func difference(
        _ left: (node: Int, contents: [UInt8]?), _ right: (node: Int, contents: [UInt8]?),
        in tree: SourceTree
    ) -> String? {
        let (one, other) = (tree.nodes[left.node], tree.nodes[right.node])
        if one.kind != other.kind { return "type=" }
        if one.permissions != other.permissions { return "mode=" }
        if one.uid != other.uid || one.gid != other.gid { return "owner" }
        if one.modified != other.modified { return "time=" }
        if one.size != other.size { return "size" }
        if one.device != other.device { return "device=" }
        if tree[one.target] != tree[other.target] { return "link=" }
        if left.contents != right.contents { return "contents=" }
        let attributes = [left.node, right.node].map { tree.attributes[UInt32($0)] ?? [] }
        return attributes[0] == attributes[1] ? nil : "xattr"
    }
}
