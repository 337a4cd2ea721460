internal import CBlockHash
internal import Crypto

/// SHA-256 and XXH3 of 4 KiB pages in memory, the fastest way this processor has.
public enum PageHasher {
    /// The data block and the hash block of the dm-verity tree, in bytes.
    static let pageSize = 4096

    /// Writes the SHA-256 of each page of `pages` to `digests`, 32 bytes a page.
    static func sha256(_ pages: RawSpan, into digests: UnsafeMutablePointer<UInt8>) {
        let count = pages.byteCount / pageSize
        unsafe pages.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            if cblockhash_has_sha256_pages() {
                unsafe cblockhash_sha256_pages(base, count, digests)
            } else {
                unsafe portable(base, count, into: digests)
            }
        }
    }

    /// The SHA-256 of each page of `pages`.
    static func sha256(_ pages: RawSpan) -> [SHA256Digest] {
        unsafe SHA256Digest.all(count: pages.byteCount / pageSize) { digests in
            unsafe sha256(pages, into: digests)
        }
    }

    /// The same of pages in an array.
    static func sha256(_ pages: [UInt8]) -> [SHA256Digest] {
        unsafe pages.withUnsafeBytes { unsafe sha256($0.bytes) }
    }

    /// The first through swift-crypto, for processors without the instructions, and for tests.
    static func portable(
        _ pages: UnsafeRawPointer, _ count: Int, into digests: UnsafeMutablePointer<UInt8>
    ) {
        for page in 0..<count {
            let start = unsafe pages + page * pageSize
            let bytes = unsafe UnsafeRawBufferPointer(start: start, count: pageSize)
            let target = unsafe UnsafeMutableRawBufferPointer(
                start: digests + page * SHA256Digest.byteCount, count: SHA256Digest.byteCount)
            unsafe SHA256.hash(data: bytes).withUnsafeBytes {
                unsafe target.copyMemory(from: $0)
            }
        }
    }

    /// XXH3, 64 bits, seed 0.
    public static func xxh3(_ bytes: RawSpan) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe cblockhash_xxh3($0.baseAddress, $0.count) }
    }

    /// How many bytes there are up to the last that is not zero; 0 for zeros.
    static func usedByteCount(of bytes: RawSpan) -> Int {
        var end = bytes.byteCount
        while end >= 64 {
            // Every bit pattern is a valid integer, and the loop's bound covers the load.
            let words = unsafe bytes.unsafeLoadUnaligned(
                fromByteOffset: end - 64, as: SIMD8<UInt64>.self)
            if words != .zero { break }
            end -= 64
        }
        while end > 0, unsafe bytes.unsafeLoad(fromByteOffset: end - 1, as: UInt8.self) == 0 {
            end -= 1
        }
        return end
    }

    /// Whether every byte is zero. An empty span is.
    static func isZero(_ bytes: RawSpan) -> Bool {
        var offset = 0
        let step = MemoryLayout<SIMD8<UInt64>>.size * 4
        while offset + step <= bytes.byteCount {
            var union = SIMD8<UInt64>.zero
            for lane in 0..<4 {
                // Every bit pattern is a valid integer, and the loop's bound covers the load.
                union |= unsafe bytes.unsafeLoadUnaligned(
                    fromByteOffset: offset + 64 * lane, as: SIMD8<UInt64>.self)
            }
            if union != .zero { return false }
            offset += step
        }
        while offset < bytes.byteCount {
            if unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self) != 0 {
                return false
            }
            offset += 1
        }
        return true
    }
}
