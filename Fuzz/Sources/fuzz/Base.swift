import CFuzzer
import Ext4Image
import Ext4Layout
import ImageBytes
import SystemPackage

/// A small sound image that mutants are made from, one at a time, in place.
final class Base: @unchecked Sendable {
    /// The images, in the order of their names; set before the first input.
    nonisolated(unsafe) static var all: [Base] = []

    static let names = [
        "clusters", "extents", "fast", "groups", "inline", "journal", "meta", "narrow", "old",
        "replay", "values",
    ]

    /// The image as the program sees it. It changes with ``live``.
    let bytes: MappedImage
    /// What the base's structures are, from before anything was changed.
    let image: Ext4Image
    /// The owner of every block.
    let owners: [BlockOwner]
    /// The blocks that hold metadata, where a changed byte is worth a try.
    let metadata: [UInt64]
    /// The blocks of the file system that fast commits lie in.
    let fastCommits: Set<UInt64>
    /// What the log's checksums start from; nil where it has none.
    let journalSeed: UInt32?
    /// The bytes as they were made.
    private let pristine: [UInt8]
    /// The file behind ``bytes``, to be written to.
    private let live: UnsafeMutableRawBufferPointer

    static func load(folder: FilePath) throws {
        all = try names.map { try Base(path: folder.appending($0)) }
    }

    private init(path: FilePath) throws {
        let original = try MappedImage(path: path)
        pristine = original.slice.copy()
        var file: Int32 = -1
        guard let memory = cfuzzer_memory_file(pristine.count, &file) else { throw Errno.noMemory }
        live = UnsafeMutableRawBufferPointer(start: memory, count: pristine.count)
        live.copyBytes(from: pristine)
        bytes = try MappedImage(file: FileDescriptor(rawValue: file), path: path)
        let image = try Ext4Image(bytes)
        self.image = image
        let map = OwnerMap(of: image, workers: 1)
        let owners = (0..<image.geometry.blockCount).map { map.owner(of: $0) }
        self.owners = owners
        metadata = (0..<image.geometry.blockCount).filter { block in
            guard let content = image.block(block) else { return false }
            return Self.isMetadata(owners[Int(block)], image, content)
        }
        let journal = Journal(image)
        fastCommits = Set(journal?.fastCommitArea.compactMap { journal?.physical($0) } ?? [])
        journalSeed = journal.flatMap {
            $0.superblock.hasChecksums ? $0.superblock.seed : nil
        }
    }

    private static func isMetadata(
        _ owner: BlockOwner, _ image: Ext4Image, _ content: ImageSlice
    ) -> Bool {
        switch owner {
        case .bootArea, .free, .lost, .growth: false
        case .content(let number, _, _):
            image.inode(number)?.kind == .directory || number < 11 && !content.isZero
        case .inodeTable: !content.isZero
        default: true
        }
    }

    /// Changes bytes of a block.
    func write(_ bytes: some Collection<UInt8>, at offset: Int, in block: UInt64) {
        let start = Int(block) * image.geometry.blockSize + offset
        // The caller keeps inside the block; the slice would trap.
        live[start..<start + bytes.count].copyBytes(from: bytes)
    }

    /// Makes a block what it was.
    func restore(_ block: UInt64) {
        let size = image.geometry.blockSize
        let range = Int(block) * size..<(Int(block) + 1) * size
        pristine.withUnsafeBytes { from in
            live[range].copyBytes(from: from[range])
        }
    }
}
