import Golden
import HostSystem
import SystemPackage
import TestKit
import Testing

@testable import Ext4Build

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// An image that is hashed while threads hand in its data, in whatever order.
@Suite(.timeLimit(.minutes(5))) struct ImageHasherTests {
    private static let block = 4_096
    private static let pieceBlocks = 8
    /// Structures, data, free blocks, structures, data to the end but one: in blocks.
    private static let data: [Range<UInt64>] = [40..<1_200, 1_240..<3_248, 3_260..<3_268]
    private static let free: [Range<UInt64>] = [20..<30, 1_200..<1_220, 3_270..<3_300]
    private static let blockCount = 3_300

    /// Every word is its own place, but where blocks are free.
    private static func content(of blocks: Range<Int>) -> [UInt8] {
        blocks.flatMap { number in
            let isFree = free.contains { $0.contains(UInt64(number)) }
            return (0..<block / 8).flatMap { word in
                withUnsafeBytes(of: isFree ? 0 : UInt64(number * block + word * 8)) { Array($0) }
            }
        }
    }

    private static let image = content(of: 0..<blockCount)

    /// Where pieces of data start, in the order of the image.
    private static let pieces: [Int] = data.flatMap {
        Array(stride(from: Int($0.lowerBound), to: Int($0.upperBound), by: pieceBlocks))
    }

    enum Order: CaseIterable {
        case ofTheImage, backwards, firstPieceLast, everyOther
    }

    private static func arranged(_ order: Order) -> [Int] {
        switch order {
        case .ofTheImage: pieces
        case .backwards: pieces.reversed()
        case .firstPieceLast: Array(pieces.dropFirst()) + pieces.prefix(1)
        case .everyOther:
            pieces.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
                + pieces.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        }
    }

    @Test(arguments: [1, 2, 3, 8], Order.allCases)
    func `the digests are those of the finished image`(jobs: Int, order: Order) throws {
        let scratch = try ScratchFolder()
        let path = scratch["image"]
        let size = UInt64(Self.image.count)
        let output = try OutputFile(path, byteCount: size)
        for (start, end) in [(0, 40), (1_200, 1_240), (3_248, 3_260), (3_268, 3_300)] {
            let bytes = Array(Self.image[start * Self.block..<end * Self.block])
            try output.write(bytes, at: UInt64(start * Self.block))
        }
        let hasher = ImageHasher(output, byteCount: size, data: Self.data, zeros: Self.free)
        let queue = WriteQueue(output, hasher, workers: jobs)
        let order = Self.arranged(order)
        let errors = ThreadTeam.map(
            count: order.count, workers: jobs,
            state: { Holder(PageBuffer(byteCount: DataCopier.bufferSize)) }
        ) { holder, index -> BuildError? in
            let start = order[index] * Self.block
            let count = Self.pieceBlocks * Self.block
            unsafe holder.buffer.bytes.copyBytes(from: Self.image[start..<start + count])
            do throws(BuildError) {
                holder.buffer = try queue.write(holder.buffer, count: count, at: UInt64(start))
                return nil
            } catch { return error }
        }
        #expect(errors.allSatisfy { $0 == nil })
        #expect(hasher.nextData == nil)
        let found = try hasher.finish()
        #expect(
            try ImageDigest.compute(
                output.descriptor, path: path, byteCount: size, jobs: 1, plain: true)
                == found.image)
        #expect(found.image.sha256 == SHA256Digest(of: Self.image))
        #expect(found.golden == nil)
    }

    /// Each thread has a part of the image. Those with the later ones find the buffers full of what cannot be
    /// hashed yet, and are done before the first one, which may not be left waiting for them.
    @Test(arguments: [2, 3, 5])
    func `no thread waits for ever`(jobs: Int) throws {
        let scratch = try ScratchFolder()
        let (pieces, count) = (60, 16 * Self.block)
        let size = UInt64(pieces * count)
        let expected = SHA256Digest(
            of: (0..<pieces).flatMap { [UInt8](repeating: UInt8($0 + 1), count: count) })
        for _ in 0..<30 {
            let output = try OutputFile(scratch["image"], byteCount: size)
            let hasher = ImageHasher(
                output, byteCount: size, data: [0..<size / UInt64(Self.block)], zeros: [])
            let queue = WriteQueue(output, hasher, workers: jobs)
            let failed = ThreadTeam.map(count: jobs, workers: jobs) { worker -> Bool in
                var buffer = PageBuffer(byteCount: DataCopier.bufferSize)
                for piece in pieces * worker / jobs..<pieces * (worker + 1) / jobs {
                    unsafe memset(buffer.bytes.baseAddress!, Int32(piece + 1), count)
                    do throws(BuildError) {
                        buffer = try queue.write(buffer, count: count, at: UInt64(piece * count))
                    } catch { return true }
                }
                return false
            }
            #expect(!failed.contains(true))
            #expect(try hasher.finish().image.sha256 == expected)
        }
    }

    @Test func `what cannot be read back is an error`() throws {
        let scratch = try ScratchFolder()
        let output = try OutputFile(scratch["image"], byteCount: UInt64(Self.block))
        let hasher = ImageHasher(
            output, byteCount: UInt64(4 * Self.block), data: [], zeros: [2..<3])
        #expect(throws: BuildError.self) { _ = try hasher.finish() }
    }

    private final class Holder {
        var buffer: PageBuffer
        init(_ buffer: PageBuffer) { self.buffer = buffer }
    }
}
