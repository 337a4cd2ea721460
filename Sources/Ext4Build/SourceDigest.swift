internal import Golden
internal import HostSystem
internal import SourceTree

/// The digest of everything that a recipe takes in: SHA-256 over a line for each name of the one tree
/// that the sources make. docs/golden.md, "Inputs", specifies it.
///
/// It says nothing of the host: not of inodes, enumeration order, holes or, under `--timestamps pin`,
/// times. Nor does it depend on where the image has put things.
struct SourceDigest: Sendable {
    /// What is read at once; a multiple of a page.
    private static let capacity = 256 << 10

    private static let root = [UInt8(ascii: "/")]

    private let tree: SourceTree
    private let options: ImageOptions

    init(_ tree: SourceTree, _ options: ImageOptions) {
        self.tree = tree
        self.options = options
    }

    /// The digest where an image has been built, of which `contents` has the content digest of each inode
    /// that has one: nothing is read again.
    func digest(_ plan: Plan, _ contents: [UInt32: SHA256Digest]) -> SHA256Digest {
        digest(
            of: tree.nodes.indices.map { node in
                guard hasContent(node) else { return nil }
                guard let digest = contents[plan.inode(ofNode: node)] else {
                    preconditionFailure("every file that went in has come out")
                }
                return digest
            })
    }

    private func hasContent(_ node: Int) -> Bool {
        tree.nodes[node].kind == .regular && tree.nodes[node].size > 0
    }

    /// The digest where nothing was built: every content is read.
    func digest(jobs: Int) throws(SourceError) -> SHA256Digest {
        let tree = tree
        let contents = ThreadTeam.map(
            count: tree.nodes.count, workers: jobs,
            state: { (ContentReader(tree), PageBuffer(byteCount: Self.capacity)) }
        ) { state, node -> Result<SHA256Digest?, SourceError> in
            guard hasContent(node) else { return .success(nil) }
            return Result { () throws(SourceError) in
                try Self.root(of: state.0.open(node), state.1)
            }
        }
        var digests: [SHA256Digest?] = []
        digests.reserveCapacity(contents.count)
        for content in contents { digests.append(try content.get()) }
        return digest(of: digests)
    }

    private static func root(
        of content: borrowing OpenContent, _ buffer: PageBuffer
    ) throws(SourceError) -> SHA256Digest {
        let page = Int(Geometry.blockSize)
        var root = ContentRoot(byteCount: content.size)
        var offset: UInt64 = 0
        while let data = try content.nextData(from: offset) {
            let start = max(offset, data.lowerBound / UInt64(page) * UInt64(page))
            let count = Int(min(UInt64(capacity), content.size - start))
            let bytes = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<count])
            try unsafe content.read(at: start, into: bytes)
            let end = (count + page - 1) / page * page
            for index in count..<end { unsafe buffer.bytes[index] = 0 }
            root.add(
                unsafe UnsafeRawBufferPointer(rebasing: buffer.bytes[..<end]).bytes,
                firstPage: start / UInt64(page))
            offset = start + UInt64(count)
        }
        return root.finish()
    }

    private func digest(of contents: [SHA256Digest?]) -> SHA256Digest {
        var hasher = SHA256Hasher()
        var text = EntryText()
        var firstNames = [[UInt8]?](repeating: nil, count: Int(tree.linkGroupCount) + 1)
        var pending: [(node: Int, folder: [UInt8])] = [(0, [])]
        var path: [UInt8] = []
        while let (node, folder) = pending.popLast() {
            path.removeAll(keepingCapacity: true)
            path += folder
            path += node == 0 ? Self.root[...] : tree.name(of: node)
            text.begin(path: path)
            let group = Int(tree.nodes[node].linkGroup)
            if group > 0, let first = firstNames[group] {
                text.fact("hardlink", bytes: first[...])
            } else {
                if group > 0 { firstNames[group] = path }
                append(node, content: contents[node], to: &text)
            }
            text.end()
            if text.bytes.count >= 1 << 16 { hasher.update(text.take()) }
            guard !tree.nodes[node].children.isEmpty else { continue }
            // The last one pushed is the next one taken.
            let prefix = node == 0 ? path : path + Self.root
            pending += tree.nodes[node].children.reversed().lazy.map { ($0, prefix) }
        }
        hasher.update(text.take())
        return hasher.finish()
    }

    private func append(_ node: Int, content: SHA256Digest?, to text: inout EntryText) {
        let entry = tree.nodes[node]
        text.fact("type", Self.name(of: entry.kind))
        text.fact("mode", mode: entry.permissions)
        text.fact("uid", count: UInt64(entry.uid))
        text.fact("gid", count: UInt64(entry.gid))
        if options.timeStamps == .clamp {
            text.fact("time", number: min(entry.modified, options.identity.epoch))
        }
        if entry.kind == .regular { text.fact("size", count: entry.size) }
        if let content { text.fact("content", content) }
        if entry.kind == .symbolicLink { text.fact("link", bytes: tree[entry.target]) }
        if entry.kind == .characterDevice || entry.kind == .blockDevice {
            // As Linux's `makedev` packs them.
            let major = entry.device >> 8 & 0xFFF | entry.device >> 32 & 0xFFFF_F000
            let minor = entry.device & 0xFF | entry.device >> 12 & 0xFFFF_FF00
            text.fact("device", count: major, minor)
        }
        for attribute in tree.attributes[UInt32(node)] ?? [] {
            text.attribute(name: attribute.name, value: attribute.value)
        }
    }

    private static func name(of kind: FileKind) -> String {
        switch kind {
        case .regular: "file"
        case .directory: "dir"
        case .characterDevice: "char"
        case .blockDevice: "block"
        case .fifo: "fifo"
        case .socket: "socket"
        case .symbolicLink: "link"
        }
    }
}
