internal import HostSystem

/// The header of a gzip file (RFC 1952); nothing is expanded.
enum GzipLook {
    static func matches(_ start: [UInt8]) -> Bool {
        start[0] == 0x1F && start[1] == 0x8B && start[2] == 8
    }

    static func finding(_ pair: ContentPair, _ budget: inout ContentBudget) -> CulpritFinding? {
        guard let left = Header(pair.a), let right = Header(pair.b) else { return nil }
        let words = differences(left, right)
        let bodies = (pair.a.byteCount - left.count, pair.b.byteCount - right.count)
        if bodies.0 == bodies.1 {
            switch pair.compare(left.count, right.count, count: bodies.0, &budget) {
            case .same: return finding(.gzipHeader, true, words)
            case .unknown: return finding(.gzipHeader, false, words)
            case .differs: break
            }
        }
        // The last 8 bytes are the CRC-32 and the size of what the file expands to.
        if bodies.0 >= 8, bodies.1 >= 8,
            let one = pair.a.exactly(8, at: pair.a.byteCount - 8),
            let other = pair.b.exactly(8, at: pair.b.byteCount - 8), one == other
        {
            let header = words.isEmpty ? "" : ", and \(words)"
            return finding(
                .compression, true,
                "the compression, since CRC-32 and size of the content are the same\(header)")
        }
        guard !words.isEmpty else { return nil }
        return finding(.gzipHeader, false, words + ", and the content")
    }

    private static func finding(_ culprit: Culprit, _ isAll: Bool, _ words: String)
        -> CulpritFinding?
    {
        words.isEmpty
            ? nil : CulpritFinding(culprit: culprit, isAll: isAll, kind: "gzip", words: words)
    }

    private static func differences(_ left: Header, _ right: Header) -> String {
        var words: [String] = []
        if left.time != right.time { words.append("the mtime \(left.time) against \(right.time)") }
        if left.name != right.name {
            words.append("the name \(show(left.name)) against \(show(right.name))")
        }
        if left.system != right.system {
            words.append("the system \(left.system) against \(right.system)")
        }
        if left.extraFlags != right.extraFlags {
            words.append("the level's flag \(left.extraFlags) against \(right.extraFlags)")
        }
        if words.isEmpty, left.bytes != right.bytes { words.append("the header") }
        return words.joined(separator: ", ")
    }

    private static func show(_ name: [UInt8]?) -> String {
        guard let name else { return "none" }
        return "\(EscapedName(name.prefix(64)))" + (name.count > 64 ? "…" : "")
    }

    /// What comes before the compressed bytes.
    private struct Header {
        let bytes: [UInt8]
        let time: UInt64
        let extraFlags: UInt8
        let system: UInt8
        private(set) var name: [UInt8]?

        /// No header is longer here.
        private static let limit = 1 << 17

        var count: UInt64 { UInt64(bytes.count) }

        init?(_ content: any ContentBytes) {
            let start = content.bytes(at: 0, count: Self.limit)
            guard start.count > 10, let time = start.integer(at: 4, count: 4) else { return nil }
            self.time = time
            extraFlags = start[8]
            system = start[9]
            let flags = start[3]
            var next = 10
            if flags & 4 != 0 {
                guard let count = start.integer(at: next, count: 2) else { return nil }
                next += 2 + Int(count)
            }
            if flags & 8 != 0 {
                guard let text = Self.text(start, &next) else { return nil }
                name = text
            }
            if flags & 16 != 0 { guard Self.text(start, &next) != nil else { return nil } }
            if flags & 2 != 0 { next += 2 }
            guard next <= start.count else { return nil }
            bytes = Array(start[..<next])
        }

        /// A text that ends with a zero.
        private static func text(_ bytes: [UInt8], _ next: inout Int) -> [UInt8]? {
            guard next <= bytes.count, let end = bytes[next...].firstIndex(of: 0) else {
                return nil
            }
            defer { next = end + 1 }
            return Array(bytes[next..<end])
        }
    }
}
