internal import CZstd
internal import HostSystem
internal import SystemPackage

/// Expands part of a `.zst` file, frame after frame, and writes what is not zero.
struct ZstdStream {
    private let stored: MappedImage
    private let range: Range<Int>
    private let output: FileDescriptor

    /// What is expanded before it is written.
    private static let bufferSize = 1 << 20
    /// The unit of holes.
    private static let pieceSize = 4096

    init(_ stored: MappedImage, _ range: Range<Int>, into output: FileDescriptor) {
        self.stored = stored
        self.range = range
        self.output = output
    }

    /// - Parameters:
    ///   - start: where in the output the first byte belongs.
    ///   - limit: the output never goes on past this.
    /// - Returns: where the output ends.
    /// - Throws: ``ImageSourceError`` where the file is broken or cut, the output would pass the
    ///   limit, or it cannot be written.
    func expand(from start: UInt64, limit: UInt64) throws(ImageSourceError) -> UInt64 {
        // libzstd's own limit on the window, 128 MiB, bounds what the context takes.
        guard let context = unsafe ZSTD_createDCtx() else {
            throw .file(FileError("expand", stored.path, .noMemory))
        }
        defer { unsafe ZSTD_freeDCtx(context) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.bufferSize, alignment: 64)
        defer { unsafe buffer.deallocate() }

        var consumed = 0
        var end = start
        var frameIsOpen = false
        while consumed < range.count || frameIsOpen {
            let step = unsafe expand(context, consumed, into: buffer)
            if ZSTD_isError(step.result) != 0 {
                throw .compression(
                    offset: UInt64(range.lowerBound + step.consumed),
                    reason: zstdReason(step.result))
            }
            if step.produced == 0, step.consumed == consumed {
                throw .compression(offset: UInt64(range.upperBound), reason: "the file is cut")
            }
            guard UInt64(step.produced) <= limit - end else { throw .expandsPast(limit: limit) }
            try unsafe write(UnsafeRawBufferPointer(buffer), count: step.produced, at: end)
            end += UInt64(step.produced)
            consumed = step.consumed
            frameIsOpen = step.result != 0
        }
        return end
    }

    private func expand(
        _ context: OpaquePointer, _ consumed: Int, into buffer: UnsafeMutableRawBufferPointer
    ) -> (result: Int, consumed: Int, produced: Int) {
        // Both buffers outlive the call, which stays inside them.
        unsafe stored.slice.slice(range).bytes.withUnsafeBytes { bytes in
            var input = unsafe ZSTD_inBuffer(
                src: bytes.baseAddress, size: bytes.count, pos: consumed)
            var output = unsafe ZSTD_outBuffer(
                dst: buffer.baseAddress, size: buffer.count, pos: 0)
            let result = unsafe ZSTD_decompressStream(context, &output, &input)
            return unsafe (result, input.pos, output.pos)
        }
    }

    /// Writes the pieces that are not all zero; the rest stays a hole.
    private func write(
        _ buffer: UnsafeRawBufferPointer, count: Int, at offset: UInt64
    ) throws(ImageSourceError) {
        let bytes = unsafe ImageSlice(buffer.bytes)
        var start = 0
        while start < count {
            // Pieces end where the file's blocks do, so that a hole is a hole.
            var end = start
            while end < count, !isZero(bytes, end, count, offset) {
                end = pieceEnd(end, count, offset)
            }
            if end > start {
                let part = unsafe UnsafeRawBufferPointer(rebasing: buffer[start..<end])
                try ImageSourceError.file { () throws(FileError) in
                    _ = try FileError.wrap("write the expanded form of", stored.path) {
                        try unsafe output.writeAll(
                            toAbsoluteOffset: Int64(offset) + Int64(start), part)
                    }
                }
            }
            start = end < count ? pieceEnd(end, count, offset) : count
        }
    }

    private func pieceEnd(_ start: Int, _ count: Int, _ offset: UInt64) -> Int {
        let left = Self.pieceSize - Int((offset + UInt64(start)) % UInt64(Self.pieceSize))
        return min(count, start + left)
    }

    private func isZero(
        _ bytes: ImageSlice, _ start: Int, _ count: Int, _ offset: UInt64
    ) -> Bool {
        bytes.isZero(start..<pieceEnd(start, count, offset))
    }
}
