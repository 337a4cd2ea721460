/// A path that Nix could have made: the store directory, 32 digits of Nix's base 32, a dash, a name.
///
/// Since its last part has no slash, no dot-dot, no space and no byte that must be escaped, whoever
/// has one of these can join, print and copy it without a second look.
public struct StorePath: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The whole path, `/nix/store/` and all.
    public let bytes: [UInt8]
    /// Where the last part begins.
    private let nameStart: Int

    /// The longest name after the dash (`StorePath::MaxPathLen` in Nix's path.hh).
    public static let maximumNameLength = 211
    private static let digitCount = 32

    /// The store path with these bytes, or nil where they are not one in this store (the rules are
    /// those of `checkName` in Nix's path.cc).
    public init?(_ bytes: some Collection<UInt8>, in store: StoreDirectory = .standard) {
        let bytes = Array(bytes)
        nameStart = store.path.count + 1
        guard bytes.count > nameStart, bytes[nameStart - 1] == UInt8(ascii: "/"),
            bytes.starts(with: store.path)
        else { return nil }
        let name = bytes[nameStart...]
        let digits = name.prefix(Self.digitCount)
        let rest = name.dropFirst(Self.digitCount)
        guard digits.count == Self.digitCount, digits.allSatisfy(NixBase32.isDigit),
            rest.first == UInt8(ascii: "-"), 2...Self.maximumNameLength + 1 ~= rest.count,
            rest.dropFirst().allSatisfy(Self.isNameByte)
        else { return nil }
        self.bytes = bytes
    }

    /// The last part: digits, dash, name.
    public var name: [UInt8] { Array(bytes[nameStart...]) }

    public var description: String { String(decoding: bytes, as: UTF8.self) }

    /// By their bytes, as closureInfo has them.
    public static func < (left: StorePath, right: StorePath) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "?"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}
