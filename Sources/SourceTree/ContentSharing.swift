internal import Crypto
internal import HostSystem

/// Makes files that say the same one file: `--hard-links share`.
///
/// What the host has linked does not matter: the result follows from content, mode, owner, attributes
/// and the time in the image alone, so an optimised store and a copied one give the same image.
public struct ContentSharing: Sendable {
    private static let bufferSize = 256 << 10

    /// Everything that must agree for two names to be one file.
    private struct Key: Hashable {
        let digest: SHA256Digest
        let size: UInt64
        let permissions: UInt16
        let uid: UInt32
        let gid: UInt32
        let modified: Int64?
        let attributes: [[UInt8]]
    }

    /// Reads the files of equal size and links those that are equal. Empty files stay apart: there is
    /// nothing in them to share.
    ///
    /// - Parameters:
    ///   - tree: the tree, whose links are made anew.
    ///   - latestTime: what later times become in the image, where it has times of its own; nil where
    ///     all are pinned, so that none of them tells files apart.
    ///   - jobs: how many threads read.
    /// - Throws: ``SourceError`` for what cannot be read.
    public static func apply(
        to tree: inout SourceTree, latestTime: Int64?, jobs: Int
    ) throws(SourceError) {
        tree.splitHardLinks()
        let candidates = candidates(tree)
        let digests = try digests(candidates, tree, jobs: jobs)
        var groups: [Key: UInt32] = [:]
        for (node, digest) in zip(candidates, digests) {
            let entry = tree.nodes[node]
            let key = Key(
                digest: digest, size: entry.size, permissions: entry.permissions, uid: entry.uid,
                gid: entry.gid, modified: latestTime.map { min(entry.modified, $0) },
                attributes: (tree.attributes[UInt32(node)] ?? []).flatMap { [$0.name, $0.value] })
            let group = groups[key] ?? tree.newLinkGroup()
            groups[key] = group
            tree.update(node) { $0.linkGroup = group }
        }
    }

    /// Regular files that have the size of another one.
    private static func candidates(_ tree: SourceTree) -> [Int] {
        let files = tree.nodes.indices.filter {
            tree.nodes[$0].kind == .regular && tree.nodes[$0].size > 0
        }.sorted { (tree.nodes[$0].size, $0) < (tree.nodes[$1].size, $1) }
        return files.indices.filter { index in
            let size = tree.nodes[files[index]].size
            return (index > 0 && tree.nodes[files[index - 1]].size == size)
                || (index + 1 < files.count && tree.nodes[files[index + 1]].size == size)
        }.map { files[$0] }.sorted()
    }

    private static func digests(
        _ nodes: [Int], _ tree: SourceTree, jobs: Int
    ) throws(SourceError) -> [SHA256Digest] {
        let results = ThreadTeam.map(
            count: nodes.count, workers: jobs,
            state: { (ContentReader(tree), PageBuffer(byteCount: bufferSize)) }
        ) { state, index -> Result<SHA256Digest, SourceError> in
            do throws(SourceError) {
                return .success(try digest(of: nodes[index], state.0, state.1))
            } catch {
                return .failure(error)
            }
        }
        var digests: [SHA256Digest] = []
        for result in results { digests.append(try result.get()) }
        return digests
    }

    private static func digest(
        of node: Int, _ reader: ContentReader, _ buffer: PageBuffer
    ) throws(SourceError) -> SHA256Digest {
        let content = try reader.open(node)
        var hash = SHA256()
        var offset: UInt64 = 0
        while offset < content.size {
            let count = Int(min(UInt64(bufferSize), content.size - offset))
            let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<count])
            try unsafe content.read(at: offset, into: part)
            unsafe hash.update(bufferPointer: UnsafeRawBufferPointer(part))
            offset += UInt64(count)
        }
        return hash.finalize()
    }
}
