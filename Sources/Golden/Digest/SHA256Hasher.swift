internal import Crypto

/// SHA-256 of a message that arrives in pieces.
public struct SHA256Hasher: Sendable {
    private var state = SHA256()

    public init() {}

    /// Takes the next piece of the message.
    public mutating func update(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { unsafe state.update(bufferPointer: $0) }
    }

    /// Takes the next piece of the message, wherever it lies.
    public mutating func update(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe state.update(bufferPointer: $0) }
    }

    /// The digest of all that came so far.
    public func finish() -> SHA256Digest {
        unsafe state.finalize().withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress, buffer.count == SHA256Digest.byteCount else {
                preconditionFailure("SHA-256 has 32 bytes")
            }
            return unsafe SHA256Digest(at: start.assumingMemoryBound(to: UInt8.self))
        }
    }
}
