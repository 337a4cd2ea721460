public import Ext4Image
internal import Ext4Layout
internal import ImageBytes

/// The content of one file of an image, for a look inside: read when it is asked for.
public struct FileContent: Sendable {
    public let image: Ext4Image
    public let inode: UInt32
    /// Bytes in the file.
    public let size: UInt64
    /// A path that leads to it, not escaped.
    public let path: [UInt8]

    public init(image: Ext4Image, inode: UInt32, path: [UInt8]) {
        self.image = image
        self.inode = inode
        self.path = path
        size = image.inode(inode)?.size ?? 0
    }

    /// The first bytes; fewer where the file is shorter or its map is broken.
    public func prefix(_ limit: Int) -> [UInt8] { bytes(0..<UInt64(max(0, limit))) }

    /// The bytes of a range, as far as the file has them; empty where its map is broken.
    public func bytes(_ range: Range<UInt64>) -> [UInt8] {
        guard let inode = image.inode(inode) else { return [] }
        let range = range.clamped(to: 0..<size)
        guard !range.isEmpty, range.count <= Self.rangeLimit else { return [] }
        if inode.flags.contains(.inlineData) || image.isFastSymlink(inode) {
            let all = (try? image.symlinkOrContent(of: inode, limit: Self.rangeLimit)) ?? []
            return Array(all.dropFirst(Int(range.lowerBound)).prefix(range.count))
        }
        var bytes = [UInt8](repeating: 0, count: range.count)
        let blockSize = UInt64(image.geometry.blockSize)
        image.walkMap(of: inode) { event in
            guard case .run(let run) = event else { return true }
            let start = run.logical &* blockSize
            guard start < range.upperBound else { return false }
            guard !run.isUnwritten else { return true }
            let end = min(start &+ run.length &* blockSize, range.upperBound)
            let from = max(start, range.lowerBound)
            guard from < end,
                let part = image.slice.slice(
                    ifAt: run.physical &* blockSize &+ (from - start), count: Int(end - from))
            else { return true }
            let place = Int(from - range.lowerBound)
            bytes.replaceSubrange(place..<place + part.count, with: part.copy())
            return true
        }
        return bytes
    }

    /// More bytes than this are not given out at once.
    public static let rangeLimit = 1 << 24
}

extension Ext4Image {
    fileprivate func symlinkOrContent(
        of inode: borrowing Inode, limit: Int
    ) throws(FormatError) -> [UInt8] {
        isFastSymlink(inode) ? try symlinkTarget(of: inode) : try content(of: inode, limit: limit)
    }
}

/// Looks inside two versions of a file for the reason of their difference, and names it in one
/// escaped line: an ELF build-id, a time stamp in a gzip header. Nil where it finds none.
///
/// It is called for every file whose content differs, up to a limit, on several threads.
public typealias CulpritFinder =
    @Sendable (_ before: FileContent, _ after: FileContent, _ firstDifference: UInt64) -> String?
