import ImageBytes

/// The content of a `NAME.blocks`: the hash of every block that is not zeros, and whose it is.
///
/// Little-endian throughout; docs/golden.md has the table.
public struct BlocksFile: Equatable, Sendable {
    static let magic = Array("ASSAYBLK".utf8)
    static let version: UInt32 = 1
    private static let headerByteCount = 64
    private static let runByteCount = 16
    /// A piece is no longer than that and the hashes of one span, but for the runs.
    private static let pieceByteCount = 1 << 16

    /// The size of the image in bytes.
    public let imageBytes: UInt64
    /// The root of the image the hashes were taken from.
    public let root: SHA256Digest
    public let hashes: BlockHashes

    public init(imageBytes: UInt64, root: SHA256Digest, hashes: BlockHashes) {
        self.imageBytes = imageBytes
        self.root = root
        self.hashes = hashes
    }

    /// Why bytes are not a `.blocks` file.
    public enum FormatError: Error, Equatable, Sendable, CustomStringConvertible {
        case notABlocksFile
        case newerVersion(UInt32)
        /// The number of bytes that the header and the runs ask for is another.
        case wrongSize(found: Int)
        /// Run `index` is empty, out of order, touches the one before, or leaves the image.
        case badRun(index: Int)
        case badBlockSize(UInt32)

        public var description: String {
            switch self {
            case .notABlocksFile: "not a .blocks file"
            case .newerVersion(let version):
                "a .blocks file of version \(version), and this program knows \(BlocksFile.version)"
            case .wrongSize(let found):
                "\(found) bytes are not what the file's own header asks for; it was cut or damaged"
            case .badRun(let index): "run \(index) cannot be: the file is damaged"
            case .badBlockSize(let size): "hashes of blocks of \(size) bytes, not 4096"
            }
        }
    }

    /// Hands over the bytes of the file, a piece at a time: of a large image they are many. The last piece
    /// may be empty.
    func forEachPiece<Failure>(
        _ body: (_ piece: [UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let runs = runs
        var piece = Self.magic
        Self.append(Self.version, to: &piece)
        Self.append(UInt32(VerityTree.blockByteCount), to: &piece)
        Self.append(imageBytes, to: &piece)
        root.append(to: &piece)
        Self.append(UInt64(runs.count), to: &piece)
        for run in runs {
            Self.append(run.lowerBound, to: &piece)
            Self.append(run.upperBound - run.lowerBound, to: &piece)
        }
        for span in hashes.spans {
            for hash in span.hashes { Self.append(hash, to: &piece) }
            guard piece.count >= Self.pieceByteCount else { continue }
            try body(piece)
            piece.removeAll(keepingCapacity: true)
        }
        try body(piece)
    }

    /// The size of the file in bytes.
    public var byteCount: UInt64 {
        UInt64(Self.headerByteCount + runs.count * Self.runByteCount + hashes.blockCount * 8)
    }

    /// All bytes of the file.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        forEachPiece { bytes += $0 }
        return bytes
    }

    /// The digest of its bytes.
    var digest: SHA256Digest {
        var hasher = SHA256Hasher()
        forEachPiece { hasher.update($0) }
        return hasher.finish()
    }

    /// Reads the bytes of a file, which may be anything.
    public init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count >= Self.headerByteCount, bytes.starts(with: Self.magic) else {
            throw .notABlocksFile
        }
        let version: UInt32 = Self.load(bytes, at: 8)
        guard version == Self.version else { throw .newerVersion(version) }
        let blockSize: UInt32 = Self.load(bytes, at: 12)
        guard blockSize == UInt32(VerityTree.blockByteCount) else { throw .badBlockSize(blockSize) }
        imageBytes = Self.load(bytes, at: 16)
        guard let root = SHA256Digest(bytes[24..<56]) else { throw .notABlocksFile }
        self.root = root
        let runs = try Self.parseRuns(
            bytes, blockCount: VerityTree(byteCount: imageBytes).blockCount)
        var offset = Self.headerByteCount + runs.count * Self.runByteCount
        var collector = SpanCollector()
        for run in runs {
            for block in run {
                collector.add(block, Self.load(bytes, at: offset))
                offset += 8
            }
        }
        hashes = collector.finish()
    }

    /// The runs of blocks that have a hash, after all sizes were checked against `bytes`.
    private static func parseRuns(
        _ bytes: [UInt8], blockCount: UInt64
    ) throws(FormatError) -> [Range<UInt64>] {
        let count: UInt64 = load(bytes, at: 56)
        let room = bytes.count - headerByteCount
        guard count <= UInt64(room / runByteCount) else { throw .wrongSize(found: bytes.count) }
        var runs: [Range<UInt64>] = []
        runs.reserveCapacity(Int(count))
        var total: UInt64 = 0
        for index in 0..<Int(count) {
            let at = headerByteCount + index * runByteCount
            let first: UInt64 = load(bytes, at: at)
            let length: UInt64 = load(bytes, at: at + 8)
            guard length > 0, first < blockCount, length <= blockCount - first,
                runs.last.map({ $0.upperBound < first }) ?? true
            else { throw .badRun(index: index) }
            runs.append(first..<first + length)
            total += length
        }
        guard total <= UInt64(room / 8), Int(count) * runByteCount + Int(total) * 8 == room else {
            throw .wrongSize(found: bytes.count)
        }
        return runs
    }

    private var runs: [Range<UInt64>] {
        var runs: [Range<UInt64>] = []
        for span in hashes.spans {
            for bit in 0..<VerityTree.fanOut where span.present >> UInt128(bit) & 1 == 1 {
                let block = span.index * UInt64(VerityTree.fanOut) + UInt64(bit)
                if let last = runs.last, last.upperBound == block {
                    runs[runs.count - 1] = last.lowerBound..<block + 1
                } else {
                    runs.append(block..<block + 1)
                }
            }
        }
        return runs
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    private static func load<Value: FixedWidthInteger & BitwiseCopyable & Sendable>(
        _ bytes: [UInt8], at offset: Int
    ) -> Value {
        ImageSlice(bytes.rawSpan)[Field<Value>("number", at: 0), from: offset]
    }
}

/// Brings hashes that come block by block into spans.
private struct SpanCollector {
    private var spans: [BlockHashes.Span] = []
    private var index: UInt64 = 0
    private var present: UInt128 = 0
    private var hashes: [UInt64] = []

    mutating func add(_ block: UInt64, _ hash: UInt64) {
        let span = block / UInt64(VerityTree.fanOut)
        if span != index { flush() }
        index = span
        present |= 1 << UInt128(block % UInt64(VerityTree.fanOut))
        hashes.append(hash)
    }

    private mutating func flush() {
        if present != 0 { spans.append(.init(index: index, present: present, hashes: hashes)) }
        present = 0
        hashes = []
        hashes.reserveCapacity(VerityTree.fanOut)
    }

    mutating func finish() -> BlockHashes {
        flush()
        return BlockHashes(spans: spans)
    }
}
