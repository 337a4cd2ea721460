/// Tells zeros from data, block by block.
public enum ZeroBlocks {
    /// Whether all `bytes` are zero.
    ///
    /// Nearly every block shows what it is in its first bytes, so the wide loop seldom runs.
    static func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let stride = MemoryLayout<SIMD8<UInt64>>.size
        var offset = 0
        while offset + stride <= bytes.count {
            // Inside the buffer by the condition of the loop; every bit pattern is an integer.
            let lanes = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self)
            guard lanes == .zero else { return false }
            offset += stride
        }
        return unsafe bytes[offset...].allSatisfy { $0 == 0 }
    }

    /// Whether a whole block of ``DataMap/blockSize`` bytes among `bytes` is zero.
    public static func containsZeroBlock(_ bytes: UnsafeRawBufferPointer) -> Bool {
        stride(from: 0, to: bytes.count, by: DataMap.blockSize).contains { start in
            unsafe isZero(
                UnsafeRawBufferPointer(
                    rebasing: bytes[start..<min(start + DataMap.blockSize, bytes.count)]))
        }
    }
}
