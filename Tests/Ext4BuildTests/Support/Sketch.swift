import SystemPackage

@testable import SourceTree

/// A file of a test's tree, with what is below it, as short to write as may be.
struct Sketch: Sendable {
    var kind = FileKind.regular
    var name: [UInt8] = []
    var permissions: UInt16 = 0o644
    var uid: UInt32 = 0
    var gid: UInt32 = 0
    var modified: Int64 = 1_000
    var bytes: [UInt8] = []
    /// A file of this machine that has the content, and its size.
    var host: (path: FilePath, size: UInt64)?
    var target: [UInt8] = []
    var device: UInt64 = 0
    /// Files with the same number above 0 are one file.
    var linkGroup: UInt32 = 0
    var attributes: [ExtendedAttribute] = []
    var children: [Sketch] = []

    static func file(_ name: String, _ bytes: [UInt8] = []) -> Sketch {
        Sketch(name: Array(name.utf8), bytes: bytes)
    }

    /// A file with so many blocks of data.
    static func file(_ name: String, blocks: Int, byte: UInt8 = 0x61) -> Sketch {
        file(name, [UInt8](repeating: byte, count: blocks * 4_096))
    }

    static func folder(_ name: String, _ children: [Sketch] = []) -> Sketch {
        Sketch(kind: .directory, name: Array(name.utf8), permissions: 0o755, children: children)
    }

    static func link(_ name: String, to target: String) -> Sketch {
        Sketch(
            kind: .symbolicLink, name: Array(name.utf8), permissions: 0o777,
            target: Array(target.utf8))
    }

    static func device(_ name: String, _ kind: FileKind, _ device: UInt64) -> Sketch {
        Sketch(kind: kind, name: Array(name.utf8), permissions: 0o600, device: device)
    }

    func with(attributes: [(name: String, value: [UInt8])]) -> Sketch {
        var copy = self
        copy.attributes = attributes.map {
            ExtendedAttribute(name: Array($0.name.utf8), value: $0.value)
        }
        return copy
    }

    func with(linkGroup: UInt32) -> Sketch {
        var copy = self
        copy.linkGroup = linkGroup
        return copy
    }

    func with(owner uid: UInt32, _ gid: UInt32, mode: UInt16, modified: Int64 = 1_000) -> Sketch {
        var copy = self
        copy.uid = uid
        copy.gid = gid
        copy.permissions = mode
        copy.modified = modified
        return copy
    }
}

extension SourceTree {
    /// The tree of a root folder that has these files.
    init(_ children: [Sketch], root: Sketch = .folder("")) {
        self.init(root: root.node)
        setAttributes(of: 0, to: root.attributes)
        var groups: [UInt32: UInt32] = [:]
        var pending = [(folder: 0, children: children)]
        while let (folder, children) = pending.popLast() {
            let sorted = children.sorted { $0.name.lexicographicallyPrecedes($1.name) }
            let nodes = sorted.map { sketch in
                var node = sketch.node
                node.name = intern(sketch.name)
                node.target = sketch.target.isEmpty ? .empty : intern(sketch.target)
                if let host = sketch.host {
                    node.size = host.size
                    node.content = addPath(host.path)
                } else if !sketch.bytes.isEmpty {
                    node.content = addLiteral(sketch.bytes)
                }
                if sketch.linkGroup > 0 {
                    let group = groups[sketch.linkGroup] ?? newLinkGroup()
                    groups[sketch.linkGroup] = group
                    node.linkGroup = group
                }
                return node
            }
            let added = setChildren(of: folder, to: nodes)
            for (index, sketch) in zip(added, sorted) {
                setAttributes(of: index, to: sketch.attributes)
                if sketch.kind == .directory { pending.append((index, sketch.children)) }
            }
        }
    }
}

extension Sketch {
    fileprivate var node: SourceNode {
        SourceNode(
            kind: kind, permissions: permissions, uid: uid, gid: gid, modified: modified,
            size: UInt64(bytes.count), device: device)
    }
}
