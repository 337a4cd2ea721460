import HostSystem
import SystemPackage
import TestKit
import Testing

@testable import Ext4Build

/// Several threads, one of which writes what all of them have.
@Suite struct WriteQueueTests {
    private static let pieceSize = 4 * 4_096
    private static let pieceCount = 500

    /// Every word is its own place.
    private func fill(_ buffer: PageBuffer, at offset: Int) {
        for index in stride(from: 0, to: Self.pieceSize, by: 8) {
            unsafe buffer.bytes.storeBytes(
                of: UInt64(offset + index), toByteOffset: index, as: UInt64.self)
        }
    }

    /// The first word of `output` that is not its own place.
    private func firstWrong(_ output: OutputFile, _ range: Range<Int>) throws -> Int? {
        let buffer = PageBuffer(byteCount: range.count)
        try unsafe output.read(buffer.bytes, at: UInt64(range.lowerBound))
        return stride(from: 0, to: range.count, by: 8).first {
            unsafe buffer.bytes.load(fromByteOffset: $0, as: UInt64.self)
                != UInt64(range.lowerBound + $0)
        }
    }

    /// One folder lies in memory, where a thread may write beside the writer; the other one on a disk.
    @Test(arguments: [1, 2, 3, 8], ["/dev/shm", "/var/tmp"])
    func `everything is written once it is handed in`(jobs: Int, folder: String) throws {
        let scratch = try ScratchFolder(in: FilePath(folder))
        let size = Self.pieceSize * Self.pieceCount
        let output = try OutputFile(scratch["image"], byteCount: UInt64(size))
        let queue = WriteQueue(output, workers: jobs)
        let results = ThreadTeam.map(
            count: Self.pieceCount, workers: jobs,
            state: { Holder(PageBuffer(byteCount: Self.pieceSize)) }
        ) { holder, index -> BuildError? in
            let offset = index * Self.pieceSize
            fill(holder.buffer, at: offset)
            do throws(BuildError) {
                holder.buffer = try queue.write(
                    holder.buffer, count: Self.pieceSize, at: UInt64(offset))
                return nil
            } catch {
                return error
            }
        }
        #expect(results.allSatisfy { $0 == nil })
        #expect(try firstWrong(output, 0..<size) == nil)
    }

    @Test func `a thread writes beside others where the file lies in memory, and only there`()
        throws
    {
        let buffer = PageBuffer(byteCount: Self.pieceSize)
        let place = Self.pieceSize..<2 * Self.pieceSize
        fill(buffer, at: place.lowerBound)
        for folder in ["/dev/shm", "/var/tmp"] {
            let scratch = try ScratchFolder(in: FilePath(folder))
            let output = try OutputFile(scratch["image"], byteCount: UInt64(3 * Self.pieceSize))
            if folder == "/dev/shm" { try #require(output.isInMemory) }
            let bytes = unsafe UnsafeRawBufferPointer(buffer.bytes)
            let isDone = unsafe output.writeBesideOthers(bytes, at: UInt64(place.lowerBound))
            #expect(isDone == output.isInMemory)
            #expect(try firstWrong(output, place) == (isDone ? nil : 0))
            // Nothing else was touched.
            #expect(output.storedBytes == (isDone ? UInt64(Self.pieceSize) : 0))
        }
    }

    @Test func `one failure is everybody's`() throws {
        let scratch = try ScratchFolder()
        let output = try OutputFile(scratch["image"], byteCount: 4_096)
        let queue = WriteQueue(output, workers: 3)
        let results = ThreadTeam.map(
            count: 64, workers: 3, state: { Holder(PageBuffer(byteCount: Self.pieceSize)) }
        ) { holder, index -> Bool in
            do throws(BuildError) {
                // No file has bytes there (`pwrite` says EFBIG).
                holder.buffer = try queue.write(
                    holder.buffer, count: Self.pieceSize, at: UInt64(Int64.max) - 4_096)
                return false
            } catch {
                return true
            }
        }
        #expect(results.suffix(8).allSatisfy { $0 })
        // Whoever had handed in before it failed can find out.
        #expect(queue.hasFailed)
    }

    private final class Holder {
        var buffer: PageBuffer
        init(_ buffer: PageBuffer) { self.buffer = buffer }
    }
}
