internal import Golden
internal import SourceTree

/// Writes the facts of names as a golden's lines have them: of the tree that goes in, and of the image
/// that comes out of it. docs/golden.md, "Entries" and "Inputs", specifies both.
struct EntryFacts {
    let tree: SourceTree
    let options: ImageOptions

    /// The facts at the start of both lines.
    func appendOwner(of node: Int, to text: inout EntryText) {
        let entry = tree.nodes[node]
        text.fact("type", Self.name(of: entry.kind))
        text.fact("mode", mode: entry.permissions)
        text.fact("uid", count: UInt64(entry.uid))
        text.fact("gid", count: UInt64(entry.gid))
    }

    /// The facts in the middle of the line of what goes in.
    func appendSourceTime(of node: Int, to text: inout EntryText) {
        guard options.timeStamps == .clamp else { return }
        text.fact("time", number: min(tree.nodes[node].modified, options.identity.epoch))
    }

    /// The facts in the middle of the line of what comes out.
    func appendImageTimes(of node: Int, linkCount: UInt16, to text: inout EntryText) {
        let entry = tree.nodes[node]
        if entry.kind != .directory { text.fact("nlink", count: UInt64(linkCount)) }
        let epoch = options.identity.epoch
        let time =
            options.timeStamps == .clamp ? InodeTime.nearest(to: min(entry.modified, epoch)) : epoch
        text.fact("time", number: time)
        guard time != epoch else { return }
        text.fact("atime", number: epoch)
        text.fact("ctime", number: epoch)
        text.fact("btime", number: epoch)
    }

    /// The facts at the end of both lines but extended attributes.
    func appendContent(of node: Int, _ digest: SHA256Digest?, to text: inout EntryText) {
        let entry = tree.nodes[node]
        switch entry.kind {
        case .regular:
            text.fact("size", count: entry.size)
            if let digest { text.fact("content", digest) }
        case .symbolicLink:
            text.fact("link", bytes: tree[entry.target])
        case .characterDevice, .blockDevice:
            let device = entry.deviceNumbers
            text.fact("device", count: UInt64(device.major), UInt64(device.minor))
        case .directory, .fifo, .socket:
            break
        }
    }

    /// The extended attributes of what goes in.
    func appendSourceAttributes(of node: Int, to text: inout EntryText) {
        for attribute in tree.attributes[UInt32(node)] ?? [] {
            text.attribute(name: attribute.name, value: attribute.value)
        }
    }

    private static func name(of kind: FileKind) -> StaticString {
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
