internal import HostSystem
internal import SystemPackage

/// Makes the tree of a draft: decides what each entry is and looks at the files with the contents.
struct MtreeBuilder {
    private let draft: MtreeDraft
    private let file: EscapedName
    /// The folder of the mtree file, which relative contents are in.
    private let folder: FilePath
    private let defaultTime: Int64
    private var tree = SourceTree()
    /// The entry of each node of the tree.
    private var entryOfNode: [UInt32] = [0]
    private var links = MtreeLinks()

    init(draft: MtreeDraft, path: FilePath, defaultTime: Int64) {
        self.draft = draft
        file = EscapedName(path)
        folder = path.removingLastComponent()
        self.defaultTime = defaultTime
        // What grows is there twice while it does. The names and paths of a tree are about as long as
        // the text, and room that is never written to takes no memory.
        tree.reserve(nodes: draft.entries.count, bytes: draft.text.count)
        entryOfNode.reserveCapacity(draft.entries.count)
    }

    /// - Throws: ``SourceError/malformed(file:line:reason:)`` with the line of the entry.
    consuming func build() throws(SourceError) -> SourceTree {
        try buildRoot()
        var node = 0
        while node < entryOfNode.count {
            if tree.nodes[node].kind == .directory { try buildChildren(of: node) }
            node += 1
        }
        do throws(MtreeLinks.Mismatch) {
            try links.join(in: &tree)
        } catch {
            let (first, second) = (line(of: error.first), line(of: error.second))
            let reason = "has the inode= of line \(first), but another \(error.what)"
            throw malformed(second, reason + ". The names of one file must say the same")
        }
        return tree
    }

    private mutating func buildRoot() throws(SourceError) {
        guard let keywords = draft.keywords(of: 0) else {
            tree.update(0) { $0.modified = defaultTime }
            return
        }
        guard (keywords.kind ?? .directory) == .directory else {
            throw malformed(line(ofEntry: 0), "the root must be a folder: type=dir")
        }
        var stated = keywords
        stated.kind = .directory
        guard let root = try makeNode(0, stated) else { return }
        tree.update(0) { $0 = root }
        tree.setAttributes(of: 0, to: keywords.attributes)
    }

    private mutating func buildChildren(of node: Int) throws(SourceError) {
        let sorted = draft.children(of: Int(entryOfNode[node])).sorted {
            draft.name(of: $0).lexicographicallyPrecedes(draft.name(of: $1))
        }
        let first = entryOfNode.count
        var nodes: [SourceNode] = []
        for entry in sorted {
            let keywords = draft.keywords(of: entry)
            guard var child = try makeNode(entry, keywords) else { continue }
            child.name = tree.intern(draft.name(of: entry))
            if let keywords { note(keywords, first + nodes.count, child.kind) }
            nodes.append(child)
            entryOfNode.append(UInt32(entry))
        }
        tree.setChildren(of: node, to: nodes)
    }

    /// Remembers what a line says beside what a node holds.
    private mutating func note(_ keywords: MtreeKeywords, _ node: Int, _ kind: FileKind) {
        if !keywords.attributes.isEmpty {
            tree.setAttributes(of: node, to: keywords.attributes)
        }
        links.note(node, keywords, kind: kind)
    }

    /// The node of an entry, or nil for an optional one whose contents do not exist. Without keywords
    /// it is a folder that is only implied.
    private mutating func makeNode(
        _ entry: Int, _ keywords: MtreeKeywords?
    ) throws(SourceError) -> SourceNode? {
        if entry == draft.lostAndFound { return .lostAndFound }
        guard let keywords else {
            var implied = SourceNode.folder
            implied.modified = defaultTime
            return implied
        }
        let line = line(ofEntry: entry)
        do throws(MtreeProblem) {
            let kind = try kind(keywords)
            if kind != .directory, let child = draft.children(of: entry).last {
                let name = EscapedName(draft.name(of: child))
                throw MtreeProblem("is not a folder, but \(name) is to be in it")
            }
            var node = SourceNode(
                kind: kind, permissions: permissions(keywords, kind), uid: keywords.owner ?? 0,
                gid: keywords.group ?? 0, modified: keywords.modified ?? defaultTime)
            switch kind {
            case .symbolicLink: node.target = tree.intern(try target(keywords))
            case .characterDevice, .blockDevice: node.device = try device(keywords)
            case .regular:
                guard try addContents(to: &node, entry, keywords) else { return nil }
            case .directory, .fifo, .socket: break
            }
            return node
        } catch {
            throw malformed(line, "\(excerpt(of: entry)): \(error.reason)")
        }
    }

    private func kind(_ keywords: MtreeKeywords) throws(MtreeProblem) -> FileKind {
        if let kind = keywords.kind { return kind }
        if keywords.contents != nil { return .regular }
        if keywords.target != nil { return .symbolicLink }
        throw MtreeProblem("type= is missing, here and in /set")
    }

    private func permissions(_ keywords: MtreeKeywords, _ kind: FileKind) -> UInt16 {
        // Linux gives symbolic links no other mode, and most texts set one for all entries.
        if kind == .symbolicLink { return 0o777 }
        let isFolder = kind == .directory
        return keywords.mode?.permissions(isFolder: isFolder) ?? (isFolder ? 0o755 : 0o644)
    }

    private func target(_ keywords: MtreeKeywords) throws(MtreeProblem) -> [UInt8] {
        guard let target = keywords.target else { throw MtreeProblem("type=link needs link=") }
        return target
    }

    private func device(_ keywords: MtreeKeywords) throws(MtreeProblem) -> UInt64 {
        guard let device = keywords.device else {
            throw MtreeProblem("type=char and type=block need device=")
        }
        return device
    }

    /// Finds the file with an entry's bytes: `contents=`, else the entry's own path beside the mtree
    /// file, as bsdtar and makefs have it. Where neither exists, only an empty file can be meant, as
    /// libarchive has it too.
    ///
    /// - Returns: false where the entry is optional and its file does not exist.
    private mutating func addContents(
        to node: inout SourceNode, _ entry: Int, _ keywords: MtreeKeywords
    ) throws(MtreeProblem) -> Bool {
        let path = contentsPath(entry, keywords)
        let status: Stat
        do throws(Errno) {
            status = try Stat(path)
        } catch {
            let isAbsent = error == .noSuchFileOrDirectory || error == .notDirectory
            if isAbsent && keywords.isOptional == true { return false }
            if isAbsent && keywords.contents == nil && (keywords.size ?? 0) == 0 { return true }
            let advice = keywords.contents == nil ? "; say contents= if it is elsewhere" : ""
            throw MtreeProblem("cannot read its contents, \(EscapedName(path)): \(error)\(advice)")
        }
        if path == Self.nothing, (keywords.size ?? 0) == 0 { return true }
        guard status.type == .regular, let size = UInt64(exactly: status.size) else {
            throw MtreeProblem("its contents, \(EscapedName(path)), are not a regular file")
        }
        guard keywords.size == nil || keywords.size == size else {
            throw MtreeProblem(
                "size=\(keywords.size ?? 0), but its contents, \(EscapedName(path)), "
                    + "have \(size) bytes")
        }
        node.setSize(size, storedBlocks: Int64(status.blocksAllocated))
        if size > 0 { node.content = tree.addPath(path) }
        return true
    }

    /// What many a text names for an empty file.
    private static let nothing: FilePath = "/dev/null"

    private func contentsPath(_ entry: Int, _ keywords: MtreeKeywords) -> FilePath {
        let path = FilePath(bytes: keywords.contents ?? Array(path(of: entry).dropFirst()))
        return path.isAbsolute ? path : folder.pushing(path)
    }

    private func path(of entry: Int) -> [UInt8] {
        var parts: [[UInt8]] = []
        var entry = entry
        while entry != 0 {
            parts.append([UInt8(ascii: "/")] + draft.name(of: entry))
            entry = Int(draft.entries[entry].parent)
        }
        return parts.isEmpty ? [UInt8(ascii: "/")] : Array(parts.reversed().joined())
    }

    private func excerpt(of entry: Int) -> Excerpt { Excerpt(path(of: entry)) }

    private func line(of node: Int) -> Int { line(ofEntry: Int(entryOfNode[node])) }

    private func line(ofEntry entry: Int) -> Int { Int(draft.entries[entry].line) }

    private func malformed(_ line: Int, _ reason: String) -> SourceError {
        .malformed(file: file, line: line, reason: reason)
    }
}
