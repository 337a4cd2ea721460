internal import CZstd

/// Expands zstd frames that somebody else reads, piece by piece, in memory that is bounded.
@safe public final class ZstdExpander {
    private let context: OpaquePointer
    private var input: [UInt8] = []
    private var position = 0
    private var frameIsOpen = false
    private var isFinished = false

    /// Bytes that one step gives at most.
    public static let pieceSize = 1 << 17
    /// The window of a frame, as a power of two: 8 MiB, which every level but the "ultra" ones keeps
    /// to. A frame that needs more is refused instead of given the memory.
    static let windowLog: Int32 = 23

    /// Nil where libzstd has no memory.
    public init?() {
        guard let context = unsafe ZSTD_createDCtx() else { return nil }
        unsafe self.context = context
        unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowLog)
    }

    deinit { unsafe ZSTD_freeDCtx(context) }

    /// What a step came to.
    public enum Step: Equatable, Sendable {
        /// More of the content; it may be empty.
        case bytes([UInt8])
        /// The input has ended, and with it the last frame.
        case end
        /// The input is no zstd, is cut, or needs a larger window.
        case broken
    }

    /// Expands a little more.
    ///
    /// - Parameter read: gives the next bytes of the compressed file; none at its end.
    /// - Returns: at most ``pieceSize`` bytes, or why there are none.
    public func next(_ read: () -> [UInt8]) -> Step {
        if isFinished { return .end }
        if position == input.count {
            input = read()
            position = 0
            if input.isEmpty, !frameIsOpen {
                isFinished = true
                return .end
            }
        }
        let atEnd = input.isEmpty
        var produced = 0
        var result = 0
        let output = unsafe [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
            // Both buffers outlive the call, which stays inside them.
            unsafe input.withUnsafeBytes { bytes in
                var source = unsafe ZSTD_inBuffer(
                    src: bytes.baseAddress, size: bytes.count, pos: position)
                var target = unsafe ZSTD_outBuffer(
                    dst: buffer.baseAddress, size: buffer.count, pos: 0)
                result = unsafe ZSTD_decompressStream(context, &target, &source)
                position = unsafe source.pos
                produced = unsafe target.pos
            }
            count = produced
        }
        guard ZSTD_isError(result) == 0, !(atEnd && produced == 0) else {
            isFinished = true
            return .broken
        }
        frameIsOpen = result != 0
        return .bytes(output)
    }
}
