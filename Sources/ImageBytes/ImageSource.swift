public import HostSystem
public import SystemPackage

/// Where an image's bytes come from: a raw file or a `.zst` file, all of it or one part.
public struct ImageSource: Sendable {
    /// The file or block device.
    public var path: FilePath
    /// Which part of it is the file system.
    public var part: Part
    /// Threads that a compressed image is expanded with.
    public var workers: Int
    /// A compressed image that expands to more bytes than this is refused.
    public var expansionLimit: UInt64

    /// Which part of a disk the file system is in.
    public enum Part: Equatable, Sendable {
        /// It starts at the first byte.
        case whole
        /// It starts so many bytes in and goes on to the end.
        case offset(UInt64)
        /// It is the partition of that number, counted from 1 as the kernel does.
        case partition(Int)
    }

    /// 32 GiB: more than the images of this trade, less than a disk that a bomb should fill.
    public static let standardExpansionLimit: UInt64 = 32 << 30

    /// - Parameters:
    ///   - path: the file or block device.
    ///   - part: which part of it is the file system.
    ///   - workers: threads that a compressed image is expanded with.
    ///   - expansionLimit: a compressed image that expands to more is refused.
    public init(
        path: FilePath, part: Part = .whole, workers: Int = ThreadTeam.processorCount,
        expansionLimit: UInt64 = ImageSource.standardExpansionLimit
    ) {
        self.path = path
        self.part = part
        self.workers = workers
        self.expansionLimit = expansionLimit
    }

    /// Whether a file is compressed, so that its bytes are not an image's.
    public static func isCompressed(_ file: MappedImage) -> Bool {
        ZstdFrame.isCompressed(file.slice)
    }

    /// Maps the image; a compressed one is expanded first, into memory or an unlinked file.
    ///
    /// - Throws: ``ImageSourceError`` where the file cannot be read or expanded, or has no such part.
    public func open() throws(ImageSourceError) -> MappedImage {
        let stored = try ImageSourceError.file { () throws(FileError) in
            try MappedImage(path: path)
        }
        let disk =
            ZstdFrame.isCompressed(stored.slice)
            ? try ZstdExpansion(of: stored, limit: expansionLimit).run(workers: workers) : stored
        let window = try window(in: disk)
        return try ImageSourceError.file { () throws(FileError) in try disk.window(window) }
    }

    /// The bytes of the part, or nil for all of them.
    private func window(in disk: MappedImage) throws(ImageSourceError) -> Range<UInt64>? {
        let count = UInt64(disk.count)
        switch part {
        case .whole:
            return nil
        case .offset(let offset):
            guard offset < count else { throw .offsetPastEnd(offset: offset, count: count) }
            return offset..<count
        case .partition(let number):
            let table: PartitionTable
            do throws(FormatError) { table = try PartitionTable(of: disk.slice) } catch {
                throw .format(error)
            }
            guard let partition = table.partitions.first(where: { $0.number == number }) else {
                // It may lie in the chain that cannot be read.
                if number > 4, let flaw = table.logicalFlaw { throw .format(flaw) }
                throw .noPartition(number, present: table.partitions.map(\.number))
            }
            guard partition.bytes.lowerBound < count else {
                throw .offsetPastEnd(offset: partition.bytes.lowerBound, count: count)
            }
            return partition.bytes
        }
    }
}

extension ImageSourceError {
    /// Runs a body that can only fail at a file.
    static func file<Result>(
        _ body: () throws(FileError) -> Result
    ) throws(ImageSourceError) -> Result {
        do throws(FileError) { return try body() } catch { throw .file(error) }
    }
}
