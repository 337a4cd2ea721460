#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The one order of names: by their bytes, as unsigned numbers, a prefix before what it begins.
enum NameOrder {
    /// The indices of `names` in the order of their bytes.
    ///
    /// Most names differ in their first eight bytes, so those are compared as one number and the
    /// rest only where they are equal: a folder of a million names is sorted in half a second.
    static func sorted(_ names: [ByteRange], in pool: [UInt8]) -> [Int] {
        var keys = names.indices.map { Key(prefix: prefix(of: names[$0], in: pool), index: $0) }
        unsafe pool.withUnsafeBytes { pool in
            keys.sort { left, right in
                guard left.prefix == right.prefix else { return left.prefix < right.prefix }
                return unsafe precedes(names[left.index], names[right.index], in: pool)
            }
        }
        return keys.map(\.index)
    }

    private struct Key {
        let prefix: UInt64
        let index: Int
    }

    private static func prefix(of name: ByteRange, in pool: [UInt8]) -> UInt64 {
        var prefix: UInt64 = 0
        let bytes = pool[name.range].prefix(8)
        for byte in bytes { prefix = prefix << 8 | UInt64(byte) }
        return bytes.isEmpty ? 0 : prefix << UInt64(8 * (8 - bytes.count))
    }

    private static func precedes(
        _ left: ByteRange, _ right: ByteRange, in pool: UnsafeRawBufferPointer
    ) -> Bool {
        let leftBytes = unsafe pool[left.range]
        let rightBytes = unsafe pool[right.range]
        let common = min(left.count, right.count)
        guard common > 0,
            let leftStart = unsafe UnsafeRawBufferPointer(rebasing: leftBytes).baseAddress,
            let rightStart = unsafe UnsafeRawBufferPointer(rebasing: rightBytes).baseAddress
        else { return left.count < right.count }
        // Both runs lie in the pool: the slices above were checked against its bounds.
        let order = unsafe memcmp(leftStart, rightStart, common)
        return order == 0 ? left.count < right.count : order < 0
    }
}
