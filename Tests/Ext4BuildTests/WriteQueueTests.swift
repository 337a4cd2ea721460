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
        for usualTime in [nil, HugePages.usualTime, .seconds(-1)] as [Duration?] {
            let output = try OutputFile(scratch["image"], byteCount: UInt64(Self.size))
            let queue = queue(output, jobs: jobs, usualTime: usualTime)
            #expect(writeAll(queue, jobs: jobs))
            #expect(try firstWrong(output, 0..<Self.size) == nil)
            // Where huge pages were asked for, nobody writes beside others, and elsewhere somebody may.
            #expect(queue.mayWriteBeside == output.takesPages)
        }
    }

    private static let size = pieceSize * pieceCount

    private func queue(
        _ output: OutputFile, jobs: Int, usualTime: Duration? = nil
    ) -> WriteQueue {
        let hugePages = usualTime.map {
            HugePages(
                of: output.descriptor, blockCount: UInt64(Self.size / 4_096), holes: [],
                usualTime: $0)
        }
        return WriteQueue(output, hugePages: hugePages, workers: jobs)
    }

    /// Hands in all pieces and returns whether nothing failed.
    private func writeAll(_ queue: WriteQueue, jobs: Int) -> Bool {
        ThreadTeam.map(
            count: Self.pieceCount, workers: jobs,
            state: { Holder(PageBuffer(byteCount: Self.pieceSize)) }
        ) { holder, index -> Bool in
            let offset = index * Self.pieceSize
            fill(holder.buffer, at: offset)
            do throws(BuildError) {
                holder.buffer = try queue.write(
                    holder.buffer, count: Self.pieceSize, at: UInt64(offset))
                return true
            } catch {
                return false
            }
        }.allSatisfy { $0 }
    }

    private static let mayInsertPages = PageInserter() != nil

    private func output(in folder: String) throws -> OutputFile {
        let scratch = try ScratchFolder(in: FilePath(folder))
        return try OutputFile(scratch["image"], byteCount: UInt64(3 * Self.pieceSize))
    }

    /// Writes the second of three pieces beside others, and returns whether that was done.
    private func writeBesideOthers(_ output: OutputFile) -> Bool {
        let buffer = PageBuffer(byteCount: Self.pieceSize)
        fill(buffer, at: Self.pieceSize)
        let bytes = unsafe UnsafeRawBufferPointer(buffer.bytes)
        return unsafe output.writeBesideOthers(bytes, at: UInt64(Self.pieceSize))
    }

    @Test(.enabled(if: mayInsertPages, "userfaultfd(2) is not allowed here"))
    func `a thread writes beside others where the file lies in memory`() throws {
        let output = try output(in: "/dev/shm")
        #expect(output.takesPages)
        #expect(writeBesideOthers(output))
        #expect(try firstWrong(output, Self.pieceSize..<2 * Self.pieceSize) == nil)
        // Nothing else was touched.
        #expect(output.storedBytes == UInt64(Self.pieceSize))
        // It is for places that nothing has been written to.
        #expect(!writeBesideOthers(output))
        #expect(try firstWrong(output, Self.pieceSize..<2 * Self.pieceSize) == nil)
    }

    @Test func `nobody writes beside others on a disk`() throws {
        let output = try output(in: "/var/tmp")
        #expect(!output.takesPages)
        #expect(!writeBesideOthers(output))
        #expect(output.storedBytes == 0)
    }

    /// As after a wrong guess about holes, when all is written once more.
    @Test func `what cannot be written beside others is written`() throws {
        let scratch = try ScratchFolder(in: "/dev/shm")
        let output = try OutputFile(scratch["image"], byteCount: UInt64(Self.size))
        try output.write([UInt8](repeating: 0xff, count: Self.size), at: 0)
        #expect(writeAll(queue(output, jobs: 3), jobs: 3))
        #expect(try firstWrong(output, 0..<Self.size) == nil)
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
