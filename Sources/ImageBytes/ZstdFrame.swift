internal import CZstd

/// One frame of a `.zst` file: bytes that can be expanded by themselves.
struct ZstdFrame: Equatable {
    /// The frame in the compressed file.
    let stored: Range<Int>
    /// How many bytes it expands to; nil where the frame does not say.
    let expandedCount: UInt64?

    /// Whether a file starts as a `.zst` file does: with a frame, or a frame to be skipped.
    static func isCompressed(_ file: ImageSlice) -> Bool {
        guard file.count >= 8 else { return false }
        let magic = file[Field<UInt32>("magic", at: 0)]
        return magic == 0xFD2F_B528 || magic & 0xFFFF_FFF0 == 0x184D_2A50
    }

    /// Finds all frames by their headers and those of their blocks, without expanding anything.
    ///
    /// A seek table says the same, but a file need not have one and one need not be true.
    ///
    /// - Parameters:
    ///   - file: the whole compressed file.
    ///   - limit: no more frames than this are listed.
    /// - Returns: the frames in their order; nil where there are more than `limit`.
    /// - Throws: ``ImageSourceError/compression(offset:reason:)`` at what is no frame, or cut.
    static func all(
        in file: ImageSlice, limit: Int
    ) throws(ImageSourceError) -> [ZstdFrame]? {
        var frames: [ZstdFrame] = []
        var offset = 0
        while offset < file.count {
            guard frames.count < limit else { return nil }
            let rest = file.slice(offset..<file.count)
            // Both functions read no more than the bytes they are given.
            let (count, expanded) = unsafe rest.bytes.withUnsafeBytes { bytes in
                (
                    unsafe ZSTD_findFrameCompressedSize(bytes.baseAddress, bytes.count),
                    unsafe ZSTD_getFrameContentSize(bytes.baseAddress, bytes.count)
                )
            }
            if ZSTD_isError(count) != 0 || count == 0 {
                throw .compression(offset: UInt64(offset), reason: zstdReason(count))
            }
            frames.append(
                ZstdFrame(
                    stored: offset..<offset + count,
                    // The two highest numbers say "unknown" and "error".
                    expandedCount: expanded >= UInt64.max - 1 ? nil : expanded))
            offset += count
        }
        return frames
    }
}

/// What libzstd calls an error.
func zstdReason(_ code: Int) -> String {
    // A constant string inside libzstd.
    code == 0 ? "no frame" : unsafe String(cString: ZSTD_getErrorName(code))
}
