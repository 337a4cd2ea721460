import Ext4Image
import Ext4Layout
import HostSystem
import ImageBytes

/// The digest of the logical tree: SHA-256 over the lines of all entries, as `--tree` writes them.
public struct TreeDigest: Sendable {
    public let tree: GoldenFile.Tree
    /// The lines themselves, where they were asked for.
    public let entries: [GoldenFile.Entry]

    /// Reads the inodes and contents of all names of an image.
    ///
    /// `leaves` are those of the image's bytes, from a pass over them; where blocks are smaller than
    /// 4 KiB, the content of files is read and hashed here.
    /// - Throws: ``TreeError`` where the tree cannot be read as a whole; the first in its order.
    init(
        of image: Ext4Image, _ survey: TreeSurvey, leaves: LeafHashes, jobs: Int,
        keepsEntries: Bool = false
    ) throws(TreeError) {
        let budget = BlockBudget(blockCount: image.geometry.blockCount)
        let contents = ContentDigest(image: image, leaves: leaves, budget: budget)
        let lines = TreeLines(
            image: image, survey: survey, contents: contents,
            attributes: XattrFacts(image: image, contents: contents))
        let chunks = (survey.count + Self.chunk - 1) / Self.chunk
        var hasher = SHA256Hasher()
        var entries: [GoldenFile.Entry] = []
        // Some chunks at a time, so that the text of a large tree is never in memory as a whole. What
        // one thread must do alone, the hashing, it does while the others make the next ones.
        var texts: [[UInt8]] = []
        var first = 0
        while first < chunks {
            let start = first
            first = Self.roundEnd(from: start, chunks: chunks, of: survey, jobs: jobs)
            let (next, hashed) = ThreadTeam.both(workers: jobs) { [first] in
                ThreadTeam.map(count: first - start, workers: max(1, jobs)) { index in
                    Self.text(ofChunk: start + index, of: lines)
                }
            } _: { [hasher, texts] in
                hasher.updated(with: texts)
            }
            hasher = hashed
            // What is mapped counts as our memory; the next inodes lie elsewhere.
            image.bytes.releaseAll()
            texts = []
            for text in next { texts.append(try text.get()) }
            if keepsEntries { entries += texts.flatMap(Self.entries) }
        }
        hasher = hasher.updated(with: texts)
        tree = GoldenFile.Tree(entryCount: UInt64(survey.count), digest: hasher.finish())
        self.entries = entries
    }

    private static let chunk = 256
    /// Lines whose paths may take more are not made at a time: a small image can hold many thousand
    /// links with paths of 16 KiB.
    private static let roundByteLimit = 16 << 20

    /// Where a round that starts with a chunk ends: enough for every thread, but no more text than is
    /// allowed.
    private static func roundEnd(
        from start: Int, chunks: Int, of survey: TreeSurvey, jobs: Int
    ) -> Int {
        var end = start
        var byteCount = 0
        while end < min(chunks, start + max(1, jobs) * 16), byteCount < roundByteLimit {
            for entry in end * chunk..<min((end + 1) * chunk, survey.count) {
                byteCount += survey.longestPaths(ofEntry: entry)
            }
            end += 1
        }
        return end
    }

    private static func text(
        ofChunk chunk: Int, of lines: TreeLines
    ) -> Result<[UInt8], TreeError> {
        var text: [UInt8] = []
        var roots = ContentRootBatch()
        let first = chunk * Self.chunk
        for index in first..<min(first + Self.chunk, lines.survey.count) {
            do { try lines.append(entry: index, to: &text, &roots) } catch {
                return .failure(error)
            }
        }
        for (place, digest) in roots.finish() { digest.writeHex(to: &text, at: place) }
        return .success(text)
    }

    private static func entries(in text: [UInt8]) -> [GoldenFile.Entry] {
        text.split(separator: UInt8(ascii: "\n")).map { line in
            let words = line.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
            return GoldenFile.Entry(
                path: String(decoding: words[1], as: UTF8.self),
                facts: String(decoding: words[2], as: UTF8.self))
        }
    }
}

extension SHA256Hasher {
    /// The state after some more pieces of the message.
    fileprivate func updated(with pieces: [[UInt8]]) -> SHA256Hasher {
        var hasher = self
        for piece in pieces { hasher.update(piece) }
        return hasher
    }
}
