/// How a surveyed tree becomes what was asked for.
extension SourceTree {
    /// Makes everything root's: `--owner root`.
    public mutating func setOwner(uid: UInt32, gid: UInt32) {
        for index in nodes.indices {
            nodes[index].uid = uid
            nodes[index].gid = gid
        }
    }

    /// Takes the time from whatever has this one (in seconds since 1970) or a later one, so that it
    /// gets the epoch under every policy.
    mutating func forgetTimes(since birth: Int64) {
        for index in nodes.indices where nodes[index].modified >= birth {
            nodes[index].modified = SourceNode.timeless
        }
    }

    /// Makes every name a file of its own: `--hard-links split`.
    public mutating func splitHardLinks() {
        for index in nodes.indices { nodes[index].linkGroup = 0 }
        linkGroupCount = 0
    }

    /// Gives everything below `folder` the mode, time and owner that Nix leaves in its store: 0555
    /// for folders and for what its owner may execute, 0444 for the rest, second 1, root.
    ///
    /// - Returns: what was not like that, first entry first; nothing where it all was.
    @discardableResult
    mutating func makeStoreCanonical(below folder: Int) -> StoreDeviation? {
        var first: StoreDeviation?
        var pending = Array(nodes[folder].children.reversed())
        while let node = pending.popLast() {
            let found = nodes[node]
            nodes[node].permissions =
                switch found.kind {
                case .symbolicLink: 0o777
                case .directory: 0o555
                default: found.permissions & 0o100 == 0 ? 0o444 : 0o555
                }
            nodes[node].modified = 1
            nodes[node].uid = 0
            nodes[node].gid = 0
            if first == nil, let what = StoreDeviation.difference(found, nodes[node]) {
                first = StoreDeviation(path: escapedPath(of: node), what: what)
            }
            pending += found.children.reversed()
        }
        return first
    }
}
