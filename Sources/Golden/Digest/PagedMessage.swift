internal import CBlockHash

/// Plain SHA-256 of an image that arrives in pages, and of each page.
///
/// Where the processor can do it, both take little more time than one of them: the rounds of a message
/// wait for one another, and those of the pages fill the pauses. Elsewhere they are hashed one after the
/// other.
struct PagedMessage {
    /// Whether this processor can hash both in one.
    static var isFast: Bool { cblockhash_has_sha256_pages() }

    private static let pageSize = PageHasher.pageSize
    private static let chunkSize = 64
    private static let zeroPage = [UInt8](repeating: 0, count: pageSize)

    /// How many bytes have come.
    private(set) var byteCount: UInt64 = 0
    /// FIPS 180-4, 5.3.3.
    private var state: [UInt32] = [
        0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A,
        0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
    ]
    /// What came behind the last whole page. Nothing more can come then.
    private var rest: [UInt8] = []
    /// Takes the place of `state` where the processor has no instructions for it.
    private var portable: SHA256Hasher?

    /// - Parameter isPortable: for tests; the digests do not depend on it.
    init(isPortable: Bool) { portable = isPortable ? SHA256Hasher() : nil }

    init() { self.init(isPortable: !Self.isFast) }

    /// Takes the next bytes of the message.
    ///
    /// - Parameters:
    ///   - pages: whole pages.
    ///   - count: how many of their bytes belong to the message; less than all only in the last piece, and
    ///     only for its last page.
    ///   - digests: where the SHA-256 of each page goes, 32 bytes a page.
    mutating func add(
        _ pages: RawSpan, byteCount count: Int, digests: UnsafeMutablePointer<UInt8>
    ) {
        precondition(rest.isEmpty && count <= pages.byteCount, "only the last page is not full")
        let whole = portable == nil ? count / Self.pageSize : 0
        let end = whole * Self.pageSize
        if whole > 0 {
            unsafe pages.withUnsafeBytes { buffer in
                unsafe state.withUnsafeMutableBufferPointer { state in
                    unsafe cblockhash_sha256_message_and_pages(
                        state.baseAddress, buffer.baseAddress, whole, digests)
                }
            }
        }
        let others = pages.extracting(end...)
        unsafe PageHasher.sha256(others, into: digests + whole * SHA256Digest.byteCount)
        addShort(others.extracting(..<(count - end)))
        byteCount += UInt64(count)
    }

    /// Takes whole pages, the next of the message, and returns the SHA-256 of each.
    mutating func add(_ pages: RawSpan) -> [SHA256Digest] {
        unsafe SHA256Digest.all(count: pages.byteCount / Self.pageSize) { digests in
            unsafe add(pages, byteCount: pages.byteCount, digests: digests)
        }
    }

    /// Takes zeros, until so many bytes have come.
    mutating func addZeros(upTo end: UInt64) {
        while byteCount < end {
            precondition(rest.isEmpty, "only the last page is not full")
            let count = min(end - byteCount, UInt64(Self.pageSize))
            if portable == nil, count == Self.pageSize {
                addChunks(Self.zeroPage)
            } else {
                unsafe addShort(Self.zeroPage.span.bytes.extracting(..<Int(count)))
            }
            byteCount += count
        }
    }

    /// The digest of all that came.
    consuming func finish() -> SHA256Digest {
        if let portable { return portable.finish() }
        // FIPS 180-4, 5.1.1: a one bit, zeros up to a whole chunk, of which eight bytes are the length.
        var last = rest
        last.append(0x80)
        let gap = (2 * Self.chunkSize - 8 - last.count % Self.chunkSize) % Self.chunkSize
        last += repeatElement(0, count: gap)
        Self.append(byteCount * 8, byteCount: 8, to: &last)
        addChunks(last)
        var digest: [UInt8] = []
        for word in state { Self.append(UInt64(word), byteCount: 4, to: &digest) }
        guard let digest = SHA256Digest(digest) else {
            preconditionFailure("eight words are 32 bytes")
        }
        return digest
    }

    /// Takes bytes that are no whole pages, or that swift-crypto is to hash.
    private mutating func addShort(_ bytes: RawSpan) {
        if portable != nil {
            portable?.update(bytes)
        } else {
            unsafe bytes.withUnsafeBytes { unsafe rest += $0 }
        }
    }

    private mutating func addChunks(_ chunks: [UInt8]) {
        unsafe state.withUnsafeMutableBufferPointer { state in
            unsafe chunks.withUnsafeBytes { chunks in
                unsafe cblockhash_sha256_message(
                    state.baseAddress, chunks.baseAddress, chunks.count / Self.chunkSize)
            }
        }
    }

    /// Adds a number, its highest byte first.
    private static func append(_ number: UInt64, byteCount: Int, to bytes: inout [UInt8]) {
        for index in (0..<byteCount).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index)))
        }
    }
}
