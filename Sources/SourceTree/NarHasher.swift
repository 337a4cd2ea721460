internal import Crypto

/// Hashes a store path's Nix archive while somebody else reads its files.
///
/// The archive is never made: the caller tells what it finds, in the order of the archive (the
/// children of a folder by the bytes of their names, each file's bytes right after its name), and
/// ``finish()`` gives the archive's SHA-256 and length. The format is that of `dumpPath` in Nix's
/// archive.cc: strings as a 64-bit length, the bytes, and zeros up to a multiple of eight.
///
/// ```
/// var hasher = NarHasher()
/// hasher.enterDirectory()
/// hasher.entry(name: "hello".utf8)
/// hasher.regularFile(executable: true, size: 5)
/// hasher.update(bytes)
/// hasher.endFile()
/// hasher.leaveDirectory()
/// let (hash, byteCount) = hasher.finish()
/// ```
///
/// Calls in an impossible order, or a file of another size than was said, are mistakes of the caller
/// and trap.
public struct NarHasher: Sendable {
    private var hash = SHA256()
    /// The strings between the files' bytes are short: they are collected, since a call of SHA-256
    /// costs as much as hashing some of them.
    private var pending: [UInt8] = []
    private var byteCount: UInt64 = 0
    private var depth = 0
    private var fileSize: UInt64 = 0
    private var fileLeft: UInt64?

    private static let pendingLimit = 16 << 10
    /// Pieces from this size on go to SHA-256 without being copied.
    private static let directSize = 1 << 10

    public init() {
        pending.reserveCapacity(Self.pendingLimit + Self.directSize)
        append(NarToken.archive)
    }

    /// Begins a regular file of `size` bytes, which must be given to `update` before ``endFile()``.
    public mutating func regularFile(executable: Bool, size: UInt64) {
        precondition(fileLeft == nil, "a file within a file")
        append(executable ? NarToken.executableFile : NarToken.file)
        append(number: size)
        fileSize = size
        fileLeft = size
    }

    /// The next bytes of the file that was begun.
    public mutating func update(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe update($0) }
    }

    /// The next bytes of the file that was begun.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        take(UInt64(bytes.count))
        if bytes.count < Self.directSize {
            unsafe pending.append(contentsOf: bytes)
            flush(ifOver: Self.pendingLimit)
        } else {
            flush(ifOver: 0)
            unsafe hash.update(bufferPointer: bytes)
            byteCount += UInt64(bytes.count)
        }
    }

    /// The next `count` bytes of the file that was begun are zeros: a hole that nobody has to read.
    public mutating func updateZeros(count: UInt64) {
        take(count)
        flush(ifOver: 0)
        var left = count
        while left > 0 {
            let step = min(left, UInt64(Self.zeros.count))
            hash.update(data: Self.zeros.prefix(Int(step)))
            left -= step
        }
        byteCount += count
    }

    /// Ends the file that was begun.
    public mutating func endFile() {
        precondition(fileLeft == 0, "a file of another size than was said")
        fileLeft = nil
        appendPadding(after: fileSize)
        endNode()
    }

    /// A symbolic link.
    public mutating func symbolicLink(target: some Collection<UInt8>) {
        append(NarToken.link)
        append(string: target)
        endNode()
    }

    /// Begins a folder; each child is announced by ``entry(name:)``.
    public mutating func enterDirectory() {
        append(NarToken.folder)
        depth += 1
    }

    /// The name of the node that comes next.
    public mutating func entry(name: some Collection<UInt8>) {
        append(NarToken.entry)
        append(string: name)
        append(NarToken.node)
    }

    /// Ends the folder that was entered last.
    public mutating func leaveDirectory() {
        precondition(depth > 0, "no folder was entered")
        depth -= 1
        endNode()
    }

    /// The hash and the length of the whole archive.
    public mutating func finish() -> (hash: NarHash, byteCount: UInt64) {
        precondition(depth == 0 && fileLeft == nil, "the archive is not complete")
        flush(ifOver: 0)
        guard let digest = NarHash(bytes: Array(hash.finalize())) else {
            preconditionFailure("SHA-256 has 32 bytes")
        }
        return (digest, byteCount)
    }

    private static let zeros = [UInt8](repeating: 0, count: 64 << 10)

    private mutating func take(_ count: UInt64) {
        guard let left = fileLeft, count <= left else {
            preconditionFailure("more bytes than the file has")
        }
        fileLeft = left - count
    }

    /// The node's own bracket, and that of the entry it stands in.
    private mutating func endNode() {
        append(depth > 0 ? NarToken.endOfNodeAndEntry : NarToken.endOfNode)
    }

    private mutating func append(_ token: [UInt8]) {
        pending.append(contentsOf: token)
        flush(ifOver: Self.pendingLimit)
    }

    private mutating func append(number: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            pending.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    private mutating func append(string: some Collection<UInt8>) {
        append(number: UInt64(string.count))
        pending.append(contentsOf: string)
        appendPadding(after: UInt64(string.count))
        flush(ifOver: Self.pendingLimit)
    }

    private mutating func appendPadding(after count: UInt64) {
        let excess = Int(count % 8)
        if excess > 0 { pending.append(contentsOf: repeatElement(0, count: 8 - excess)) }
    }

    private mutating func flush(ifOver limit: Int) {
        guard pending.count > limit else { return }
        hash.update(data: pending)
        byteCount += UInt64(pending.count)
        pending.removeAll(keepingCapacity: true)
    }
}
