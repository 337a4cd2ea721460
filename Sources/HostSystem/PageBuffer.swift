/// Memory for reading and writing in large pieces, aligned to pages, freed with its owner.
@safe public final class PageBuffer {
    /// The memory. Not to be kept longer than the buffer.
    public let bytes: UnsafeMutableRawBufferPointer

    /// - Parameter byteCount: the size. The content is not defined until it is written.
    public init(byteCount: Int) {
        unsafe bytes = .allocate(byteCount: byteCount, alignment: 4096)
    }

    deinit { unsafe bytes.deallocate() }
}
