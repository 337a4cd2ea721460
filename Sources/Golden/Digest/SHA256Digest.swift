/// A SHA-256 value: 32 bytes that can be compared, sorted and printed.
public struct SHA256Digest: Hashable, Sendable {
    public static let byteCount = 32

    /// The eight big-endian words of the digest, two at a time.
    private let first, second, third, fourth: UInt64

    /// The digest in 32 bytes; nil where there are not 32.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var rest = bytes.makeIterator()
        func word() -> UInt64 {
            (0..<8).reduce(0) { word, _ in word << 8 | UInt64(rest.next() ?? 0) }
        }
        first = word()
        second = word()
        third = word()
        fourth = word()
    }

    /// The digest that the 32 bytes from `start` on are.
    init(at start: UnsafePointer<UInt8>) {
        func word(_ index: Int) -> UInt64 {
            // Every bit pattern is a valid integer, and the caller vouches for 32 bytes.
            unsafe UInt64(
                bigEndian: UnsafeRawPointer(start).loadUnaligned(
                    fromByteOffset: 8 * index, as: UInt64.self))
        }
        first = word(0)
        second = word(1)
        third = word(2)
        fourth = word(3)
    }

    /// So many digests that `write` puts one after the other, 32 bytes each, where it is told to.
    static func all(
        count: Int, write: (UnsafeMutablePointer<UInt8>) -> Void
    ) -> [SHA256Digest] {
        guard count > 0 else { return [] }
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: count * byteCount)
        defer { unsafe bytes.deallocate() }
        unsafe bytes.initialize(repeating: 0, count: count * byteCount)
        unsafe write(bytes)
        return (0..<count).map { unsafe SHA256Digest(at: bytes + $0 * byteCount) }
    }

    /// The digest in 64 lower-case hexadecimal digits, the one way this project writes it; nil for
    /// anything else.
    public init?(hex text: some StringProtocol) {
        let digits = text.utf8.compactMap(Self.digitValue)
        guard digits.count == 2 * Self.byteCount, text.utf8.count == digits.count else {
            return nil
        }
        self.init((0..<Self.byteCount).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] })
    }

    /// The 32 bytes, first byte first.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        append(to: &bytes)
        return bytes
    }

    /// Adds the 32 bytes to a message.
    public func append(to bytes: inout [UInt8]) {
        let words = (first.bigEndian, second.bigEndian, third.bigEndian, fourth.bigEndian)
        unsafe withUnsafeBytes(of: words) { unsafe bytes.append(contentsOf: $0) }
    }

    /// 64 lower-case hexadecimal digits.
    public var hex: String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * Self.byteCount)
        appendHex(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Adds the 64 digits to a text.
    func appendHex(to text: inout [UInt8]) {
        unsafe withUnsafeBytes(of: hexDigits) { unsafe text.append(contentsOf: $0) }
    }

    /// Puts the 64 digits in the place of as many bytes of a text; traps where it has no such bytes.
    func writeHex(to text: inout [UInt8], at offset: Int) {
        precondition(offset >= 0 && offset <= text.count - 2 * Self.byteCount)
        let digits = hexDigits
        // The bounds were just checked.
        unsafe text.withUnsafeMutableBytes {
            unsafe $0.storeBytes(of: digits, toByteOffset: offset, as: SIMD8<UInt64>.self)
        }
    }

    /// The 64 digits, as they lie in memory.
    private var hexDigits: SIMD8<UInt64> {
        SIMD8(
            Self.hexDigits(of: first >> 32), Self.hexDigits(of: first),
            Self.hexDigits(of: second >> 32), Self.hexDigits(of: second),
            Self.hexDigits(of: third >> 32), Self.hexDigits(of: third),
            Self.hexDigits(of: fourth >> 32), Self.hexDigits(of: fourth))
    }

    /// The digits of the low half of a word: the halves of each number move apart until each of
    /// the eight bytes holds four bits, and then all become digits at once.
    private static func hexDigits(of word: UInt64) -> UInt64 {
        var bits = word & 0xFFFF_FFFF
        bits = (bits << 16 | bits) & 0x0000_FFFF_0000_FFFF
        bits = (bits << 8 | bits) & 0x00FF_00FF_00FF_00FF
        bits = (bits << 4 | bits) & 0x0F0F_0F0F_0F0F_0F0F
        let areLetters = (bits + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (bits + 0x3030_3030_3030_3030 + areLetters * 0x27).bigEndian
    }

    private static func digitValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension SHA256Digest: CustomStringConvertible {
    public var description: String { hex }
}

extension SHA256Digest {
    /// The digest of a message in memory.
    public init(of message: [UInt8]) {
        var hasher = SHA256Hasher()
        hasher.update(message)
        self = hasher.finish()
    }
}
