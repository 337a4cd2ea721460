internal import HostSystem

/// What several threads have read, one of them writes and, where hashes are wanted, one hashes.
///
/// The kernel lets one writer at a time into a file, and the message over an image is a chain. Whoever
/// comes with a full buffer leaves it here and does what nobody else is doing: writes until all is
/// written, hashes as long as what comes next in the image is here, or takes an empty buffer and goes on
/// reading. Where there is none, one more writes past the kernel's lock, if the file allows that
/// (``PageInserter``) and the writer is not the faster for ``HugePages``. So hardly anybody waits for a
/// thread to wake up.
final class WriteQueue: @unchecked Sendable {
    private typealias Piece = (buffer: PageBuffer, count: Int, offset: UInt64)

    private enum Turn {
        case write(Piece)
        /// Somebody writes, and the caller would have to wait otherwise.
        case writeBeside(Piece)
        case hash(Piece)
        /// So many bytes of the image come next, and no buffer has them any more.
        case hashWritten(Int)
        /// Others do what there is to do; here is an empty buffer.
        case goOn(PageBuffer)
    }

    /// Buffers beyond those that are being filled: with them the writer is never without work. More would
    /// only fall out of the processor's caches while they wait.
    private static let writeLimit = 6
    /// The same where hashes are wanted: many threads run ahead of the one that hashes.
    private static let hashLimits = 6...12
    /// Those who wait are woken when so many are empty, which is room for a while.
    private static let wakeCount = 4

    private let output: OutputFile
    /// Used by the one thread that hashes.
    private let hasher: ImageHasher?
    /// Used by the one thread that writes; by all, under the lock, when it is not worth while any more.
    private let hugePages: HugePages?
    private let limit: Int
    /// Guards all that follows.
    private let lock = SleepingLock()
    private var toWrite: [Piece] = []
    /// Written. What comes next in the image may not be among them yet.
    private var toHash: [Piece] = []
    /// What was written and made room before its turn to be hashed: bytes from an offset on.
    private var forgotten: [UInt64: Int] = [:]
    private var spare: [PageBuffer] = []
    private var bufferCount = 0
    private var waiterCount = 0
    private var isWriting = false
    /// One at a time, too: more would only get in each other's way.
    private var isWritingBeside = false
    /// Until that has failed once: as where all is written for a second time, it would fail again.
    private(set) var mayWriteBeside: Bool
    /// As long as they are worth while, one writer is fast enough.
    private var usesHugePages: Bool
    private var isHashing = false
    private var failure: BuildError?

    /// - Parameters:
    ///   - output: where everything goes.
    ///   - hasher: hashes it, in the order of the image.
    ///   - hugePages: find memory for it.
    ///   - workers: threads that hand in.
    init(
        _ output: OutputFile, _ hasher: ImageHasher? = nil, hugePages: HugePages? = nil,
        workers: Int
    ) {
        self.output = output
        self.hasher = hasher
        self.hugePages = hugePages
        usesHugePages = hugePages != nil
        mayWriteBeside = output.takesPages
        let limits = Self.hashLimits
        limit =
            hasher == nil
            ? Self.writeLimit : min(max(limits.lowerBound, workers + 4), limits.upperBound)
    }

    /// Writes the first `count` bytes of `buffer` to the output at `offset`, now or soon.
    ///
    /// - Returns: a buffer of the same size, to be filled next; the other one is no longer the caller's.
    /// - Throws: what anything done here has thrown so far. When every thread has returned from its last
    ///   call and none has thrown, all is written, and hashed. After a throw the buffer is nobody's.
    func write(
        _ buffer: PageBuffer, count: Int, at offset: UInt64
    ) throws(BuildError) -> PageBuffer {
        var turn = try lock.withLock { () throws(BuildError) in
            toWrite.append((buffer, count, offset))
            return try nextTurn()
        }
        while true {
            if case .goOn(let buffer) = turn { return buffer }
            let result = Result { () throws(BuildError) in try take(turn) }
            turn = try lock.withLock { () throws(BuildError) in
                end(turn, result)
                return try nextTurn()
            }
        }
    }

    /// Whether anything has failed. What was handed in may not be written then, whoever handed it in.
    var hasFailed: Bool { lock.withLock { failure != nil } }

    /// Does what the turn is for, while others do something else. Returns false where bytes could not be
    /// written beside others.
    private func take(_ turn: Turn) throws(BuildError) -> Bool {
        func bytes(of piece: Piece) -> UnsafeRawBufferPointer {
            unsafe UnsafeRawBufferPointer(rebasing: piece.buffer.bytes[..<piece.count])
        }
        switch turn {
        case .write(let piece):
            hugePages?.prepare(Self.range(of: piece))
            try unsafe output.write(bytes(of: piece), at: piece.offset)
        case .writeBeside(let piece):
            return unsafe output.writeBesideOthers(bytes(of: piece), at: piece.offset)
        case .hash(let piece): try hasher?.add(unsafe bytes(of: piece).bytes)
        case .hashWritten(let count):
            try hasher?.addWritten(blockCount: UInt64(count) / Geometry.blockSize)
        case .goOn: break
        }
        return true
    }

    private func end(_ turn: Turn, _ result: Result<Bool, BuildError>) {
        switch turn {
        case .write(let piece):
            isWriting = false
            finish(piece)
            if usesHugePages, hugePages?.areWorthwhile == false {
                usesHugePages = false
                wakeAll()
            }
        case .writeBeside(let piece):
            isWritingBeside = false
            if case .success(true) = result {
                finish(piece)
            } else {
                mayWriteBeside = false
                toWrite.insert(piece, at: 0)
            }
        case .hash(let piece):
            isHashing = false
            spare.append(piece.buffer)
        case .hashWritten: isHashing = false
        case .goOn: break
        }
        if case .failure(let error) = result { failure = failure ?? error }
        if spare.count >= Self.wakeCount { wakeAll() }
    }

    private func finish(_ piece: Piece) {
        if hasher == nil { spare.append(piece.buffer) } else { toHash.append(piece) }
    }

    /// What the caller is to do now.
    private func nextTurn() throws(BuildError) -> Turn {
        while true {
            if let failure {
                wakeAll()
                throw failure
            }
            if !isWriting, !toWrite.isEmpty {
                isWriting = true
                return .write(toWrite.removeFirst())
            }
            if !isHashing, let turn = hashTurn() {
                isHashing = true
                return turn
            }
            if let buffer = emptyBuffer() ?? forgetPiece() {
                // Whoever waits does so for one that works here, and there may be none from now on.
                if !isBusy { wakeAll() }
                return .goOn(buffer)
            }
            if let piece = pieceForBeside() {
                isWritingBeside = true
                return .writeBeside(piece)
            }
            waiterCount += 1
            lock.wait()
            waiterCount -= 1
        }
    }

    /// Whether somebody is at work here, who will look for more.
    private var isBusy: Bool { isWriting || isWritingBeside || isHashing }

    private func wakeAll() {
        if waiterCount > 0 { lock.wakeAll() }
    }

    /// A piece that can be written beside the writer: where huge pages were asked for, something is there.
    private func pieceForBeside() -> Piece? {
        guard mayWriteBeside, !isWritingBeside, !usesHugePages else { return nil }
        let index = toWrite.firstIndex { hugePages?.haveSeen(Self.range(of: $0)) != true }
        return index.map { toWrite.remove(at: $0) }
    }

    private static func range(of piece: Piece) -> Range<UInt64> {
        piece.offset..<piece.offset + UInt64(piece.count)
    }

    /// What comes next in the image, if it has been written.
    private func hashTurn() -> Turn? {
        guard let hasher, let next = hasher.nextData else { return nil }
        let offset = next * Geometry.blockSize
        if let index = toHash.firstIndex(where: { $0.offset == offset }) {
            return .hash(toHash.remove(at: index))
        }
        return forgotten.removeValue(forKey: offset).map { .hashWritten($0) }
    }

    /// Makes room where nobody will: what comes before all that was written has not been read yet.
    private func forgetPiece() -> PageBuffer? {
        guard !isBusy, let piece = toHash.popLast() else { return nil }
        forgotten[piece.offset] = piece.count
        return piece.buffer
    }

    private func emptyBuffer() -> PageBuffer? {
        if let buffer = spare.popLast() { return buffer }
        guard bufferCount < limit else { return nil }
        bufferCount += 1
        return PageBuffer(byteCount: DataCopier.bufferSize)
    }
}
