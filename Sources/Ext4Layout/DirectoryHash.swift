/// The hash that orders the names of an indexed directory (`ext2fs_dirhash`, fs/ext4/hash.c).
public struct DirectoryHash: Sendable {
    /// How names are hashed (`s_def_hash_version`, `dx_root_info.hash_version`).
    public enum Version: UInt8, Sendable {
        case legacy = 0
        case halfMD4 = 1
        case tea = 2
        case legacyUnsigned = 3
        case halfMD4Unsigned = 4
        case teaUnsigned = 5
        /// Keyed with an encryption key; the hash stands beside the name in the directory.
        case sipHash = 6

        /// The version that a directory's `hash_version` means in a file system whose names are
        /// hashed as unsigned characters (`EXT2_FLAGS_UNSIGNED_HASH` in `s_flags`).
        public func resolved(unsigned: Bool) -> Version {
            guard unsigned, rawValue <= 2 else { return self }
            return Version(rawValue: rawValue + 3) ?? self
        }
    }

    /// `s_hash_seed`.
    public struct Seed: Equatable, Sendable {
        let words: SIMD4<UInt32>

        public init(_ first: UInt32, _ second: UInt32, _ third: UInt32, _ fourth: UInt32) {
            words = SIMD4(first, second, third, fourth)
        }

        /// What the hash starts from: the seed, or the constants of MD4 where it is all zero.
        var start: SIMD4<UInt32> {
            words == .zero
                ? SIMD4(0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476) : words
        }
    }

    /// The hash that entries are ordered by; its lowest bit is always 0.
    public let major: UInt32
    /// The hash that tells apart what ``major`` does not, in readdir; 0 in the legacy versions.
    public let minor: UInt32

    /// - Parameters:
    ///   - name: the name, case folded already where the directory wants it.
    ///   - version: how; nil comes back for ``Version/sipHash``, whose key is not in the image.
    ///   - seed: the file system's seed.
    public init?(of name: RawSpan, version: Version, seed: Seed) {
        var state = seed.start
        switch version {
        case .legacy, .legacyUnsigned:
            major = Self.legacy(name, unsigned: version == .legacyUnsigned) & ~1
            minor = 0
        case .halfMD4, .halfMD4Unsigned:
            var offset = 0
            while offset < name.byteCount {
                let words = Words(name, from: offset, 8, unsigned: version == .halfMD4Unsigned)
                Self.halfMD4(&state, words.first, words.second)
                offset += 32
            }
            major = state[1] & ~1
            minor = state[2]
        case .tea, .teaUnsigned:
            var offset = 0
            while offset < name.byteCount {
                let words = Words(name, from: offset, 4, unsigned: version == .teaUnsigned)
                Self.tea(&state, words.first)
                offset += 16
            }
            major = state[0] & ~1
            minor = state[1]
        case .sipHash:
            return nil
        }
    }

    private static func legacy(_ name: RawSpan, unsigned: Bool) -> UInt32 {
        var current: UInt32 = 0x12A3_FE2D
        var previous: UInt32 = 0x37AB_E8F9
        for offset in 0..<name.byteCount {
            let character = character(name, offset, unsigned: unsigned)
            var hash = previous &+ (current ^ (character &* 7_152_373))
            if hash & 0x8000_0000 != 0 { hash &-= 0x7FFF_FFFF }
            previous = current
            current = hash
        }
        return current << 1
    }

    /// One character of a name, widened with or without its sign.
    private static func character(_ name: RawSpan, _ offset: Int, unsigned: Bool) -> UInt32 {
        // RawSpan checks the bounds; every bit pattern is a valid integer.
        let byte = unsafe name.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
        return unsigned
            ? UInt32(byte) : UInt32(bitPattern: Int32(Int8(bitPattern: byte)))
    }

    /// Up to 32 bytes of a name as words, padded with its length (`str2hashbuf`).
    private struct Words {
        var first = SIMD4<UInt32>()
        var second = SIMD4<UInt32>()

        init(_ name: RawSpan, from start: Int, _ count: Int, unsigned: Bool) {
            let left = name.byteCount - start
            let length = UInt32(truncatingIfNeeded: left)
            let half = length | length << 8
            let padding = half | half << 16
            for word in 0..<count {
                var value = padding
                let offset = word * 4
                for place in offset..<max(offset, min(offset + 4, left)) {
                    let next = character(name, start + place, unsigned: unsigned)
                    value = next &+ value << 8
                }
                if word < 4 { first[word] = value } else { second[word - 4] = value }
            }
        }
    }
}
