/// Numbers of devices: as text in mtree(5), and packed as Linux has them.
enum DeviceNumber {
    /// The largest numbers that ext4's `i_block` can hold (`new_encode_dev` in the kernel).
    private static let majorLimit: UInt64 = 1 << 12
    private static let minorLimit: UInt64 = 1 << 20

    /// The systems whose device numbers libarchive reads (archive_pack_dev.c). They differ in how they
    /// pack two numbers into one; here only the two numbers count.
    private static let formats: Set<String> = [
        "386bsd", "4bsd", "bsdos", "freebsd", "hpux", "isc", "linux", "native", "netbsd", "osf1",
        "sco", "solaris", "sunos", "svr3", "svr4", "ultrix",
    ]

    /// Reads `linux,8,1`, `native,0x8,1` or one packed number such as 2049 or 0x801, which is what
    /// `stat -c %r` prints on Linux. Numbers are decimal, octal after 0 or hex after 0x.
    ///
    /// - Returns: the number as `makedev(3)` packs it; nil for other texts, for a subunit (three
    ///   numbers) and for numbers beyond ext4's 12 and 20 bits.
    static func parse(_ text: some Collection<UInt8>) -> UInt64? {
        let parts = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return number(parts[0]).flatMap(unpackAndCheck)
        case 3:
            guard formats.contains(String(decoding: parts[0], as: UTF8.self)),
                let major = number(parts[1]), let minor = number(parts[2])
            else { return nil }
            return pack(major: major, minor: minor)
        default: return nil
        }
    }

    /// `makedev` of glibc and musl, for numbers that ext4 can hold.
    static func pack(major: UInt64, minor: UInt64) -> UInt64? {
        guard major < majorLimit, minor < minorLimit else { return nil }
        return major << 8 | minor & 0xFF | (minor & ~0xFF) << 12
    }

    private static func unpackAndCheck(_ device: UInt64) -> UInt64? {
        guard device <= UInt32.max else { return nil }
        return pack(major: device >> 8 & 0xFFF, minor: device & 0xFF | device >> 12 & 0xFFF00)
    }

    private static func number(_ text: some Collection<UInt8>) -> UInt64? {
        if text.starts(with: "0x".utf8) || text.starts(with: "0X".utf8) {
            return Digits.parse(text.dropFirst(2), radix: 16)
        }
        return Digits.parse(text, radix: text.first == UInt8(ascii: "0") ? 8 : 10)
    }
}
