/// The bytes of one block, or of a structure in it, while it is put together. Little-endian, as ext4
/// is, on every host; positions are ours and checked in debug builds.
@safe struct BlockBytes {
    private let bytes: UnsafeMutableRawBufferPointer

    init(_ bytes: UnsafeMutableRawBufferPointer) { unsafe self.bytes = bytes }

    var count: Int { unsafe bytes.count }

    func put(_ value: UInt8, at offset: Int) {
        unsafe bytes.storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
    }

    func put(_ value: UInt16, at offset: Int) {
        unsafe bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt16.self)
    }

    func put(_ value: UInt32, at offset: Int) {
        unsafe bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
    }

    func put(_ value: UInt64, at offset: Int) {
        unsafe bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt64.self)
    }

    func put(_ values: some Collection<UInt8>, at offset: Int) {
        unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + values.count])
            .copyBytes(from: values)
    }

    /// A part of these bytes, with positions of its own.
    func part(_ range: Range<Int>) -> BlockBytes {
        unsafe BlockBytes(UnsafeMutableRawBufferPointer(rebasing: bytes[range]))
    }

    /// The first byte, for a C function that fills a structure. Not to be kept.
    var pointer: UnsafeMutableRawPointer? { unsafe bytes.baseAddress }

    /// The bytes for a C function that reads them. Not to be kept.
    func prefix(_ count: Int) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: bytes[..<count])
    }
}
