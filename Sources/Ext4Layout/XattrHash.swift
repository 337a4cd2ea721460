/// The hashes kept with extended attributes (`ext4_xattr_hash_entry`, `ext4_xattr_rehash`).
public enum XattrHash {
    /// The hash of one attribute.
    ///
    /// - Parameters:
    ///   - name: the name without its prefix.
    ///   - value: the value; empty where an inode holds it.
    ///   - signed: whether characters are signed, as on x86 before 2023 (e2fsprogs takes both).
    /// - Returns: what belongs into `e_hash`.
    public static func entry(name: RawSpan, value: RawSpan, signed: Bool) -> UInt32 {
        var hash = self.name(name, signed: signed)
        var offset = 0
        while offset < value.byteCount {
            hash = hash << 16 ^ hash >> 16 ^ word(value, offset)
            offset += 4
        }
        return hash
    }

    /// The hash of an attribute whose value an inode holds.
    ///
    /// - Parameters:
    ///   - name: the name without its prefix.
    ///   - valueHash: the checksum of the value, kept in that inode.
    ///   - signed: whether characters are signed.
    /// - Returns: what belongs into `e_hash`.
    public static func entry(name: RawSpan, valueHash: UInt32, signed: Bool) -> UInt32 {
        let hash = self.name(name, signed: signed)
        return hash << 16 ^ hash >> 16 ^ valueHash
    }

    /// The next step of the hash of a whole block, from the hash of one attribute.
    public static func block(_ hash: UInt32, adding entry: UInt32) -> UInt32 {
        hash << 16 ^ hash >> 16 ^ entry
    }

    private static func name(_ name: RawSpan, signed: Bool) -> UInt32 {
        var hash: UInt32 = 0
        for offset in 0..<name.byteCount {
            // RawSpan checks the bounds; every bit pattern is a valid integer.
            let byte = unsafe name.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
            let character =
                signed ? UInt32(bitPattern: Int32(Int8(bitPattern: byte))) : UInt32(byte)
            hash = hash << 5 ^ hash >> 27 ^ character
        }
        return hash
    }

    /// Four bytes of a value, with zeros after its end: on disk values are padded so.
    private static func word(_ value: RawSpan, _ offset: Int) -> UInt32 {
        var word: UInt32 = 0
        for place in offset..<min(offset + 4, value.byteCount) {
            // As above.
            let byte = unsafe value.unsafeLoadUnaligned(fromByteOffset: place, as: UInt8.self)
            word |= UInt32(byte) << UInt32((place - offset) * 8)
        }
        return word
    }
}
