/// The SHA-256 of a store path's Nix archive: what a registration holds for each path.
public struct NarHash: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes of the digest.
    public let bytes: [UInt8]

    static let byteCount = 32

    /// - Parameter bytes: the digest; nil comes back unless there are 32.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Reads a hash in every form that `nix-store --load-db` takes (Nix's `Hash::parseAny` for
    /// SHA-256): 64 hex digits, 52 of Nix's base 32 or 44 of base 64, bare or after `sha256:`, and
    /// base 64 after `sha256-`.
    public init?(text: some Collection<UInt8>) {
        let text = Array(text)
        let digest: [UInt8]?
        if text.starts(with: "sha256-".utf8) {
            digest = Base64.decode(text.dropFirst(7))
        } else {
            let digits = text.starts(with: "sha256:".utf8) ? text.dropFirst(7) : text[...]
            switch digits.count {
            case 2 * Self.byteCount: digest = Hexadecimal.decode(digits)
            case NixBase32.length(of: Self.byteCount): digest = NixBase32.decode(digits)
            default: digest = Base64.decode(digits)
            }
        }
        guard let digest else { return nil }
        self.init(bytes: digest)
    }

    /// `sha256:` and Nix's base 32: how closureInfo and .narinfo files write it.
    public var description: String { "sha256:" + NixBase32.encode(bytes) }

    /// 64 lower-case hex digits, as `sha256sum` prints it.
    public var hexadecimal: String { Hexadecimal.encode(bytes) }
}
