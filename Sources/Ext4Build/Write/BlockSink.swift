internal import HostSystem

/// Gathers metadata blocks that follow one another, and writes them in large pieces.
final class BlockSink {
    private static let capacity = 256

    private let filesystem: Ext2Filesystem
    private let buffer = PageBuffer(byteCount: capacity * Int(Geometry.blockSize))
    private var first: UInt64 = 0
    private var count = 0

    init(_ filesystem: Ext2Filesystem) { self.filesystem = filesystem }

    /// Gives `body` a block of zeros that will be written at `number`.
    func put(_ number: UInt64, _ body: (BlockBytes) -> Void) throws(Ext2Error) {
        if count == Self.capacity || (count > 0 && number != first + UInt64(count)) { try flush() }
        if count == 0 { first = number }
        let size = Int(Geometry.blockSize)
        let block = unsafe UnsafeMutableRawBufferPointer(
            rebasing: buffer.bytes[count * size..<(count + 1) * size])
        unsafe block.initializeMemory(as: UInt8.self, repeating: 0)
        unsafe body(BlockBytes(block))
        count += 1
    }

    func flush() throws(Ext2Error) {
        guard count > 0 else { return }
        let bytes = unsafe UnsafeRawBufferPointer(
            rebasing: buffer.bytes[..<(count * Int(Geometry.blockSize))])
        try unsafe filesystem.write(bytes, at: first)
        count = 0
    }
}
