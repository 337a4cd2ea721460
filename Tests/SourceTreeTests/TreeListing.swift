import SourceTree

extension SourceTree {
    /// Every entry as a line: path, kind, mode, owner, time, then what its kind has. Names with one
    /// number after `=` are one file.
    var listing: [String] {
        nodes.indices.map { index in
            let node = nodes[index]
            var line =
                "\(escapedPath(of: index)) \(node.kind) \(String(node.permissions, radix: 8))"
            line += " \(node.uid):\(node.gid) @\(node.modified)"
            switch node.kind {
            case .regular: line += " \(node.size)"
            case .symbolicLink:
                line += " -> " + String(decoding: self[node.target], as: UTF8.self)
            case .characterDevice, .blockDevice: line += " \(node.device)"
            case .directory, .fifo, .socket: break
            }
            for attribute in attributes[UInt32(index)] ?? [] {
                line += " \(String(decoding: attribute.name, as: UTF8.self))=\(attribute.value)"
            }
            return node.linkGroup > 0 ? line + " =\(node.linkGroup)" : line
        }.sorted()
    }

    /// The line about one path.
    func line(at path: String) -> String? { listing.first { $0.hasPrefix(path + " ") } }
}
