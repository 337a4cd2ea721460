import Ext4Image
import Ext4Layout
import Golden
import ImageBytes

/// Finds the files that came under one name and went under another: the same bytes.
///
/// Files are held together that have one size and one first block (by its hash); what is found is
/// compared byte for byte, so a hash says nothing alone.
struct Renames {
    /// The bytes that may be read of both images together. In a sound image no block is in two
    /// files, so that nothing sound meets the limit; a hostile one may have them in many.
    private var bytesLeft: UInt64
    private let before: Ext4Image
    private let after: Ext4Image

    /// So many files with one size and one first block are compared with each that came.
    private static let candidateLimit = 4
    private static let step: UInt64 = 1 << 20
    private static let headByteCount: UInt64 = 4_096

    private struct Key: Hashable {
        let size: UInt64
        let head: UInt64
    }

    private init(_ before: Ext4Image, _ after: Ext4Image) {
        self.before = before
        self.after = after
        bytesLeft = 4 * UInt64(before.bytes.count) + 4 * UInt64(after.bytes.count)
    }

    /// Where the content of inodes that were added was before.
    ///
    /// - Returns: inodes of the first image by inodes of the second; each at most once.
    static func find(
        _ pairs: InodePairs, _ before: Ext4Image, _ after: Ext4Image
    ) -> [UInt32: UInt32] {
        var renames = Renames(before, after)
        return renames.run(
            gone: files(pairs.aloneBefore, .removed, in: before),
            came: files(pairs.aloneAfter, .added, in: after))
    }

    private static func files(
        _ alone: [UInt32: Cause.Name], _ cause: Cause.Name, in image: Ext4Image
    ) -> [FileContent] {
        alone.filter { $0.value == cause }.keys.sorted().compactMap { number in
            guard image.inode(number)?.kind == .regular else { return nil }
            let file = FileContent(image: image, inode: number, path: [])
            return file.size > 0 ? file : nil
        }
    }

    private mutating func run(gone: [FileContent], came: [FileContent]) -> [UInt32: UInt32] {
        let sizes = Set(gone.map(\.size)).intersection(came.map(\.size))
        var left: [Key: [FileContent]] = [:]
        for file in gone where sizes.contains(file.size) {
            left[key(of: file), default: []].append(file)
        }
        var found: [UInt32: UInt32] = [:]
        for file in came where sizes.contains(file.size) {
            let key = key(of: file)
            guard let candidates = left[key]?.prefix(Self.candidateLimit) else { continue }
            for (place, candidate) in candidates.enumerated() where isSame(candidate, file) {
                left[key]?.remove(at: place)
                found[file.inode] = candidate.inode
                break
            }
        }
        return found
    }

    private mutating func key(of file: FileContent) -> Key {
        bytesLeft -= min(bytesLeft, Self.headByteCount)
        let head = file.bytes(0..<Self.headByteCount)
        // The standard library marks every view of raw bytes; these are an array's own.
        return unsafe Key(size: file.size, head: PageHasher.xxh3(head.span.bytes))
    }

    private mutating func isSame(_ one: FileContent, _ other: FileContent) -> Bool {
        var start: UInt64 = 0
        while start < one.size {
            guard bytesLeft > 0 else { return false }
            bytesLeft -= min(bytesLeft, Self.step)
            let range = start..<min(start + Self.step, one.size)
            guard one.bytes(range) == other.bytes(range) else { return false }
            start = range.upperBound
        }
        return true
    }
}
