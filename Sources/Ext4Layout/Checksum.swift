internal import CChecksum

/// CRC-32C as ext4 uses it: without the final inversion, so that parts can be chained.
public enum CRC32C {
    /// - Parameters:
    ///   - bytes: what to add.
    ///   - seed: the checksum of what came before; all ones at the start.
    /// - Returns: the checksum, ready to be the next part's seed.
    public static func checksum(_ bytes: RawSpan, seed: UInt32 = ~0) -> UInt32 {
        // The buffer is valid for its count; the C function reads no more.
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe cchecksum_crc32c(seed, buffer.baseAddress, buffer.count)
        }
    }

    /// Adds a number as its little-endian bytes.
    public static func checksum(
        _ value: some FixedWidthInteger & BitwiseCopyable, seed: UInt32
    ) -> UInt32 {
        unsafe withUnsafeBytes(of: value.littleEndian) { buffer in
            unsafe cchecksum_crc32c(seed, buffer.baseAddress, buffer.count)
        }
    }

    /// The plain C code, for the test that holds it against the processor's instruction.
    static func portable(_ bytes: RawSpan, seed: UInt32) -> UInt32 {
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe cchecksum_crc32c_portable(seed, buffer.baseAddress, buffer.count)
        }
    }
}

/// CRC-32 with the bits of each byte from the highest, without inversion (`crc32_be`): what the first
/// kind of journal checksum is.
public enum CRC32BigEndian {
    /// - Parameters:
    ///   - bytes: what to add.
    ///   - seed: the checksum of what came before; all ones at the start.
    /// - Returns: the checksum, ready to be the next part's seed.
    public static func checksum(_ bytes: RawSpan, seed: UInt32 = ~0) -> UInt32 {
        var value = seed
        for offset in 0..<bytes.byteCount {
            // RawSpan checks the bounds; every bit pattern is a valid integer.
            let byte = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
            value = value << 8 ^ table[Int(UInt8(truncatingIfNeeded: value >> 24) ^ byte)]
        }
        return value
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        var value = UInt32(byte) << 24
        for _ in 0..<8 { value = value << 1 ^ (value >> 31 == 1 ? 0x04C1_1DB7 : 0) }
        return value
    }
}

/// CRC-16 with the polynomial 0x8005, reflected: what `uninit_bg` checks descriptors with.
public enum CRC16 {
    /// - Parameters:
    ///   - bytes: what to add.
    ///   - seed: the checksum of what came before; all ones at the start.
    /// - Returns: the checksum, ready to be the next part's seed.
    public static func checksum(_ bytes: RawSpan, seed: UInt16 = ~0) -> UInt16 {
        var value = seed
        for offset in 0..<bytes.byteCount {
            // RawSpan checks the bounds; every bit pattern is a valid integer.
            let byte = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
            value = value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)]
        }
        return value
    }

    private static let table: [UInt16] = (0..<256).map { byte in
        var value = UInt16(byte)
        for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 1 ? 0xA001 : 0) }
        return value
    }
}
