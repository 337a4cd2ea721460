internal import CZstd
internal import HostSystem
internal import Synchronization

/// Writes zstd's seekable format: independent frames of equal content size, and a table of them in a
/// skippable frame at the end (contrib/seekable_format/zstd_seekable_compression_format.md).
///
/// Every frame is compressed by itself, so that its bytes do not depend on the number of threads, and
/// a reader can decompress any of them, or all of them at once. `zstd -d` reads the file as it is.
struct SeekableZstd {
    /// Image bytes in a frame.
    static let frameSize = 2 << 20
    private static let skippableMagic: UInt32 = 0x184D_2A5E
    private static let seekableMagic: UInt32 = 0x8F92_EAB1

    private let level: Int
    private let jobs: Int
    private let progress: BuildProgress

    init(level: Int, jobs: Int, progress: BuildProgress) {
        self.level = level
        self.jobs = jobs
        self.progress = progress
    }

    func compress(
        _ image: OutputFile, byteCount: UInt64, to output: OutputFile
    ) throws(BuildError) {
        let frames = Int((byteCount + UInt64(Self.frameSize) - 1) / UInt64(Self.frameSize))
        var table: [UInt8] = []
        var target = MeasuringOutput(output)
        // As many frames at a time as keep the threads busy, so that memory stays bounded.
        let batch = jobs * 4
        for first in stride(from: 0, to: frames, by: batch) {
            let level = level
            let results = ThreadTeam.map(
                count: min(batch, frames - first), workers: jobs, state: { FrameCompressor(level) }
            ) { compressor, index in
                compressor.compress(image, frame: first + index, byteCount: byteCount)
            }
            for (index, result) in results.enumerated() {
                let frame = try result.get()
                try target.append(frame)
                let start = UInt64(first + index) * UInt64(Self.frameSize)
                let content = min(UInt64(Self.frameSize), byteCount - start)
                table += Self.bytes(UInt32(frame.count)) + Self.bytes(UInt32(content))
                progress.add(bytes: content)
            }
        }
        let footer = Self.bytes(UInt32(frames)) + [0] + Self.bytes(Self.seekableMagic)
        let end =
            Self.bytes(Self.skippableMagic) + Self.bytes(UInt32(table.count + footer.count)) + table
            + footer
        try target.append(end)
        try target.finish()
    }

    /// Goes on counting when the disk is full: only at the end is known how much does not fit.
    private struct MeasuringOutput {
        private let file: OutputFile
        private var position: UInt64 = 0
        private var fullFolder: EscapedName?

        init(_ file: OutputFile) { self.file = file }

        mutating func append(_ bytes: [UInt8]) throws(BuildError) {
            defer { position += UInt64(bytes.count) }
            guard fullFolder == nil else { return }
            do throws(BuildError) {
                try file.write(bytes, at: position)
            } catch {
                guard case .diskFull(let folder, _) = error else { throw error }
                fullFolder = folder
            }
        }

        func finish() throws(BuildError) {
            guard let fullFolder else { return }
            let missing = position - min(position, file.storedBytes)
            throw .diskFull(folder: fullFolder, missing: missing)
        }
    }

    private static func bytes(_ value: UInt32) -> [UInt8] {
        [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// One thread's compressor and buffers.
    @safe private final class FrameCompressor {
        private let context: OpaquePointer?
        private let input = PageBuffer(byteCount: SeekableZstd.frameSize)
        private let output = PageBuffer(byteCount: ZSTD_compressBound(SeekableZstd.frameSize))
        private let level: Int

        init(_ level: Int) {
            self.level = level
            unsafe context = ZSTD_createCCtx()
            unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
            unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        }

        deinit { unsafe ZSTD_freeCCtx(context) }

        func compress(
            _ image: OutputFile, frame: Int, byteCount: UInt64
        ) -> Result<[UInt8], BuildError> {
            let start = UInt64(frame) * UInt64(SeekableZstd.frameSize)
            let count = Int(min(UInt64(SeekableZstd.frameSize), byteCount - start))
            let content = unsafe UnsafeMutableRawBufferPointer(rebasing: input.bytes[..<count])
            do throws(BuildError) {
                try unsafe image.read(content, at: start)
            } catch {
                return .failure(error)
            }
            let result = unsafe ZSTD_compress2(
                context, output.bytes.baseAddress, output.bytes.count, content.baseAddress, count)
            guard ZSTD_isError(result) == 0 else {
                return .failure(
                    .compression(unsafe String(cString: ZSTD_getErrorName(result))))
            }
            return .success(unsafe Array(output.bytes[..<result]))
        }
    }
}
