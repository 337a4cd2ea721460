internal import HostSystem

/// What several threads have read and one of them writes.
///
/// The kernel lets one writer at a time into a file. The first thread that comes with a full buffer
/// becomes the writer, and writes until nothing is left; whoever comes meanwhile leaves its buffer
/// here, takes an empty one and goes on reading. So the file never waits for a thread to wake up.
final class WriteQueue: @unchecked Sendable {
    private typealias Piece = (buffer: PageBuffer, count: Int, offset: UInt64)

    private enum Turn {
        /// The caller is the writer.
        case write
        /// The caller would have to wait, and can write in another way meanwhile.
        case writeBeside
        /// The writer has the caller's buffer now, and the caller this one.
        case exchanged(PageBuffer)
    }

    /// Beyond those that are being filled: with them the writer is never without work.
    private static let limit = 8
    /// Every how manyth thread that would have to wait does not. All would take a quarter more of the
    /// processors for a tenth of the time.
    private static let interval = 3

    private let output: OutputFile
    /// Guards all that follows.
    private let lock = SleepingLock()
    private var waiting: [Piece] = []
    private var spare: [PageBuffer] = []
    private var bufferCount = 0
    private var blockedCount = 0
    private var isWriting = false
    private var failure: BuildError?

    init(_ output: OutputFile) { self.output = output }

    /// Writes the first `count` bytes of `buffer` to the output at `offset`, now or soon.
    ///
    /// - Returns: a buffer of the same size, to be filled next; the other one is no longer the caller's.
    /// - Throws: what any write has thrown so far. When every thread has returned from its last call and
    ///   none has thrown, all is written. After a throw the buffer is nobody's.
    func write(
        _ buffer: PageBuffer, count: Int, at offset: UInt64
    ) throws(BuildError) -> PageBuffer {
        let piece = (buffer, count, offset)
        var turn = try turn(for: piece, mayWait: false)
        if case .writeBeside = turn {
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count])
            if unsafe output.writeBesideOthers(bytes, at: offset) { return buffer }
            turn = try self.turn(for: piece, mayWait: true)
        }
        guard case .exchanged(let next) = turn else { return try writeAll(piece) }
        return next
    }

    /// Whether a write has failed. What was handed in may not be written then, whoever handed it in.
    var hasFailed: Bool { lock.withLock { failure != nil } }

    private func turn(for piece: Piece, mayWait: Bool) throws(BuildError) -> Turn {
        try lock.withLock { () throws(BuildError) in
            if isBlocked, !mayWait {
                blockedCount += 1
                if blockedCount.isMultiple(of: Self.interval) { return .writeBeside }
            }
            while isBlocked { lock.wait() }
            if let failure { throw failure }
            guard isWriting else {
                isWriting = true
                return .write
            }
            waiting.append(piece)
            if let next = spare.popLast() { return .exchanged(next) }
            bufferCount += 1
            return .exchanged(unsafe PageBuffer(byteCount: piece.buffer.bytes.count))
        }
    }

    /// Whether there is neither a buffer to be had nor a writer to be replaced.
    private var isBlocked: Bool {
        isWriting && failure == nil && spare.isEmpty && bufferCount == Self.limit
    }

    /// Writes a piece, and then what others have left here. Returns a buffer that is free.
    private func writeAll(_ first: Piece) throws(BuildError) -> PageBuffer {
        var piece = first
        while true {
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: piece.buffer.bytes[..<piece.count])
            let result = Result { () throws(BuildError) in
                try unsafe output.write(bytes, at: piece.offset)
            }
            guard let next = try next(after: piece, result) else { return piece.buffer }
            piece = next
        }
    }

    /// The next piece that waits; the writer's work is over where there is none, or a write failed.
    private func next(
        after piece: Piece, _ result: Result<Void, BuildError>
    ) throws(BuildError) -> Piece? {
        try lock.withLock { () throws(BuildError) in
            if case .failure(let error) = result { failure = error }
            guard failure == nil, !waiting.isEmpty else {
                isWriting = false
                lock.wakeAll()
                if let failure { throw failure }
                return nil
            }
            spare.append(piece.buffer)
            // Those who wait are woken when there is room for a while, not for each buffer.
            if spare.count * 2 >= Self.limit { lock.wakeAll() }
            return waiting.removeFirst()
        }
    }
}
