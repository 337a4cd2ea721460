internal import HostSystem

/// Reads the keywords of one line.
struct MtreeParser {
    let users: AccountTable
    let groups: AccountTable

    /// The seconds that ext4 can store (32 bits and two more, from 1901 to 2446).
    private static let timeRange: ClosedRange<Int64> = -(1 << 31)...(1 << 34) - (1 << 31) - 1

    /// `PATH_MAX` of Linux, with the zero at the end.
    private static let pathLimit = 4_096

    /// Known, and without a meaning here: digests would have every file read twice, flags are those
    /// of the BSDs, the others steer other uses of mtree. `libarchive` passes over them too.
    private static let ignored: Set<String> = [
        "cksum", "flags", "ignore", "md5", "md5digest", "nochange", "ripemd160digest", "rmd160",
        "rmd160digest", "sha1", "sha1digest", "sha256", "sha256digest", "sha384", "sha384digest",
        "sha512", "sha512digest", "sha512256", "sha512256digest", "tags",
    ]

    /// What the words after a name, or after /set, say.
    func parse(_ words: some Collection<ArraySlice<UInt8>>) throws(MtreeProblem) -> MtreeKeywords {
        var keywords = MtreeKeywords()
        var names: (user: [UInt8]?, group: [UInt8]?) = (nil, nil)
        for word in words {
            let parts = word.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let key = String(decoding: parts[0], as: UTF8.self)
            if key == "optional" {
                keywords.isOptional = true
            } else if !Self.ignored.contains(key) {
                guard parts.count == 2 else {
                    throw MtreeProblem("\"\(Excerpt(word))\" is not of the form keyword=value")
                }
                switch key {
                case "uname": names.user = try decode(parts[1], key)
                case "gname": names.group = try decode(parts[1], key)
                default: try parse(key, parts[0], parts[1], into: &keywords)
                }
            }
        }
        if keywords.owner == nil, let name = names.user {
            keywords.owner = try number(of: name, in: users, "uname", "uid")
        }
        if keywords.group == nil, let name = names.group {
            keywords.group = try number(of: name, in: groups, "gname", "gid")
        }
        return keywords
    }

    private func parse(
        _ key: String, _ keyBytes: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>,
        into keywords: inout MtreeKeywords
    ) throws(MtreeProblem) {
        switch key {
        case "type": keywords.kind = try require(Self.kinds[Array(value)], key, value)
        case "mode": keywords.mode = try require(mode(value), key, value)
        case "uid": keywords.owner = try require(AccountTable.number(value), key, value)
        case "gid": keywords.group = try require(AccountTable.number(value), key, value)
        case "time", "tar_time": keywords.modified = try require(seconds(value), key, value)
        case "link": keywords.target = try decode(value, key)
        case "device": keywords.device = try require(DeviceNumber.parse(value), key, value)
        case "size": keywords.size = try require(Digits.parse(value), key, value)
        case "nlink": keywords.linkCount = try require(Digits.parse(value), key, value)
        case "inode": keywords.inode = try require(Digits.parse(value), key, value)
        case "resdevice": keywords.inodeSpace = Array(value)
        case "contents", "content": keywords.contents = try decode(value, key)
        default:
            guard let name = Self.attributeName(keyBytes) else {
                throw MtreeProblem("unknown keyword \"\(Excerpt(key.utf8))\"")
            }
            let data = try require(Base64.decode(value), key, value)
            let attribute = ExtendedAttribute(name: name, value: data)
            if let problem = attribute.problem {
                throw MtreeProblem("\(Excerpt(key.utf8)): \(problem)")
            }
            keywords.attributes.removeAll { $0.name == name }
            keywords.attributes.append(attribute)
        }
    }

    /// The attribute that `xattr.NAME`, or `xattrs.NAME`, is about.
    static func attributeName(_ key: ArraySlice<UInt8>) -> [UInt8]? {
        let prefix = ["xattr.", "xattrs."].first { key.starts(with: $0.utf8) }
        return prefix.flatMap { VisEncoding.decode(key.dropFirst($0.utf8.count)) }
    }

    private static let kinds: [[UInt8]: FileKind] = [
        Array("file".utf8): .regular, Array("dir".utf8): .directory,
        Array("link".utf8): .symbolicLink, Array("char".utf8): .characterDevice,
        Array("block".utf8): .blockDevice, Array("fifo".utf8): .fifo,
        Array("socket".utf8): .socket,
    ]

    /// Octal digits, perhaps with the type in front as stat(2) has it, or symbols.
    private func mode(_ value: ArraySlice<UInt8>) -> MtreeMode? {
        if let bits = Digits.parse(value, radix: 8) {
            return bits < 1 << 16 ? .octal(UInt16(bits & 0o7777)) : nil
        }
        let text = Array(value)
        return SymbolicMode.parse(text, isFolder: false).map { _ in .symbolic(text) }
    }

    /// `seconds`, or `seconds.nanoseconds` with the latter dropped.
    private func seconds(_ value: ArraySlice<UInt8>) -> Int64? {
        let parts = value.split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 1 || parts[1].isEmpty || Digits.parse(parts[1]) != nil else {
            return nil
        }
        let isNegative = parts[0].first == UInt8(ascii: "-")
        guard let magnitude = Digits.parse(isNegative ? parts[0].dropFirst() : parts[0]),
            let seconds = Int64(exactly: magnitude)
        else { return nil }
        let signed = isNegative ? -seconds : seconds
        return Self.timeRange.contains(signed) ? signed : nil
    }

    private func decode(
        _ value: ArraySlice<UInt8>, _ key: String
    ) throws(MtreeProblem) -> [UInt8] {
        let decoded = try require(VisEncoding.decode(value), key, value)
        guard !decoded.isEmpty, !decoded.contains(0), decoded.count < Self.pathLimit else {
            throw MtreeProblem(
                "\"\(Excerpt(value))\" is no value for \(key)=: it has \(decoded.count) bytes, "
                    + "and paths have 1 to \(Self.pathLimit - 1), none of them zero")
        }
        return decoded
    }

    private func number(
        of name: [UInt8], in table: AccountTable, _ key: String, _ numeric: String
    ) throws(MtreeProblem) -> UInt32 {
        guard let number = table[name] else {
            throw MtreeProblem(
                "\(key)=\(Excerpt(name)) is in no table that was given. "
                    + "Give a table of names, or say \(numeric)=")
        }
        return number
    }

    private func require<Value>(
        _ value: Value?, _ key: String, _ text: ArraySlice<UInt8>
    ) throws(MtreeProblem) -> Value {
        guard let value else {
            throw MtreeProblem("\"\(Excerpt(text))\" is no value for \(Excerpt(key.utf8))=")
        }
        return value
    }
}
