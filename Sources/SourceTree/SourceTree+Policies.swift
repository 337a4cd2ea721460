/// How a surveyed tree becomes what was asked for.
extension SourceTree {
    /// Makes everything root's: `--owner root`.
    public mutating func setOwner(uid: UInt32, gid: UInt32) {
        for index in nodes.indices {
            nodes[index].uid = uid
            nodes[index].gid = gid
        }
    }

    /// Makes every name a file of its own: `--hard-links split`.
    public mutating func splitHardLinks() {
        for index in nodes.indices { nodes[index].linkGroup = 0 }
        linkGroupCount = 0
    }
}
