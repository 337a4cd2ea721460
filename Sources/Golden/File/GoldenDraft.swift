/// A golden while its lines come in.
struct GoldenDraft {
    private var imageBytes: UInt64?
    private var sha256: SHA256Digest?
    private var root: SHA256Digest?
    private var blocks: GoldenFile.BlocksPin?
    private var layout: Int?
    private var inputs: GoldenFile.Inputs?
    private var promise: GoldenFile.Promise?
    private var superblock: [GoldenFile.Fact] = []
    private var groups: [GoldenFile.Group] = []
    private var classes: [GoldenFile.OwnerClass] = []
    private var tree: GoldenFile.Tree?
    private var entries: [GoldenFile.Entry] = []
    private var spans: [GoldenFile.Span] = []
    private var waivers: [Waiver] = []

    /// Takes the rest of one line; returns what it should have been, where it is not that.
    mutating func take(_ keyword: Keyword, _ value: String) -> String? {
        let accepted =
            switch keyword {
            case .imageBytes: takeImageBytes(value)
            case .imageSHA256: Self.set(&sha256, SHA256Digest(hex: value))
            case .root: Self.set(&root, SHA256Digest(hex: value))
            case .blocks: Self.set(&blocks, Self.blocksPin(value))
            case .layout: Self.set(&layout, Int(decimal: value))
            case .inputs: Self.set(&inputs, Self.inputs(value))
            case .promise: Self.set(&promise, Self.promise(value))
            case .superblock: takeSuperblock(value)
            case .group: takeGroup(value)
            case .ownerClass: takeClass(value)
            case .tree: Self.set(&tree, Self.tree(value))
            case .entry: takeEntry(value)
            case .span: takeSpan(value)
            case .waiver: takeWaiver(value)
            case .selfDigest: false
            }
        return accepted ? nil : Self.form(of: keyword)
    }

    /// The golden, where the lines that must be there are.
    var finished: GoldenFile? {
        guard let imageBytes, let sha256, let root, let tree else { return nil }
        return GoldenFile(
            imageBytes: imageBytes, sha256: sha256, root: root, blocks: blocks, layout: layout,
            inputs: inputs, promise: promise, superblock: superblock, groups: groups,
            classes: classes, tree: tree, entries: entries, spans: spans, waivers: waivers)
    }

    private static func form(of keyword: Keyword) -> String {
        switch keyword {
        case .imageBytes: "a number of bytes"
        case .imageSHA256, .root, .selfDigest: "64 lower-case hexadecimal digits"
        case .blocks: "count=N sha256=DIGEST"
        case .layout: "a number"
        case .inputs: "recipe=DIGEST sources=DIGEST"
        case .promise: "free-inodes=N free-bytes=N"
        case .superblock: "a field, named once, and its value"
        case .group: "a number larger than the one before, and NAME=VALUE pairs"
        case .ownerClass: "a name that is new, blocks=N sha256=DIGEST"
        case .tree: "entries=N sha256=DIGEST"
        case .entry: "an escaped path and its facts"
        case .span:
            "a number larger than the one before and inside the image, and a digest in base64"
        case .waiver: "a subject, a day as 2027-01-31, and a reason"
        }
    }

    private static func set<Value>(_ slot: inout Value?, _ value: Value?) -> Bool {
        slot = value
        return value != nil
    }

    private mutating func takeImageBytes(_ value: String) -> Bool {
        guard let count = UInt64(decimal: value), count > 0, count <= UInt64(Int64.max) else {
            return false
        }
        imageBytes = count
        return true
    }

    private mutating func takeSuperblock(_ value: String) -> Bool {
        let parts = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isName(parts[0]), !parts[1].isEmpty,
            superblock.count < 1024, !superblock.contains(where: { $0.name == parts[0] })
        else { return false }
        superblock.append(.init(String(parts[0]), String(parts[1])))
        return true
    }

    private mutating func takeGroup(_ value: String) -> Bool {
        let words = value.split(separator: " ", omittingEmptySubsequences: false)
        guard let first = words.first, let number = UInt64(decimal: first), words.count <= 64,
            groups.last.map({ $0.number < number }) ?? true
        else { return false }
        var facts: [GoldenFile.Fact] = []
        for word in words.dropFirst() {
            let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, Self.isName(pair[0]), !pair[1].isEmpty else { return false }
            facts.append(.init(String(pair[0]), String(pair[1])))
        }
        groups.append(.init(number: number, facts: facts))
        return true
    }

    private mutating func takeClass(_ value: String) -> Bool {
        let words = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard words.count == 2, Self.isName(words[0]), classes.count < 256,
            !classes.contains(where: { $0.name == words[0] }),
            let pair = Pairs(words[1], "blocks", "sha256"), let count = UInt64(decimal: pair.first),
            let digest = SHA256Digest(hex: pair.second)
        else { return false }
        classes.append(.init(name: String(words[0]), blockCount: count, digest: digest))
        return true
    }

    private mutating func takeEntry(_ value: String) -> Bool {
        guard let space = value.firstIndex(of: " "), space != value.startIndex else { return false }
        let facts = value[value.index(after: space)...]
        guard !facts.isEmpty else { return false }
        entries.append(.init(path: String(value[..<space]), facts: String(facts)))
        return true
    }

    private mutating func takeSpan(_ value: String) -> Bool {
        let words = value.utf8.split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 2, let index = UInt64(decimal: words[0]),
            let bytes = Base64.decode(words[1]), let digest = SHA256Digest(bytes),
            let imageBytes, index < VerityTree(byteCount: imageBytes).spanCount,
            spans.last.map({ $0.index < index }) ?? true
        else { return false }
        spans.append(.init(index: index, digest: digest))
        return true
    }

    private mutating func takeWaiver(_ value: String) -> Bool {
        let words = value.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3, waivers.count < 1024, let until = CalendarDay(words[1]),
            let waiver = Waiver(subject: String(words[0]), until: until, reason: String(words[2]))
        else { return false }
        waivers.append(waiver)
        return true
    }

    private static func blocksPin(_ value: String) -> GoldenFile.BlocksPin? {
        guard let pair = Pairs(value, "count", "sha256"), let count = UInt64(decimal: pair.first),
            let digest = SHA256Digest(hex: pair.second)
        else { return nil }
        return .init(count: count, digest: digest)
    }

    private static func inputs(_ value: String) -> GoldenFile.Inputs? {
        guard let pair = Pairs(value, "recipe", "sources"),
            let recipe = SHA256Digest(hex: pair.first), let sources = SHA256Digest(hex: pair.second)
        else { return nil }
        return .init(recipe: recipe, sources: sources)
    }

    private static func promise(_ value: String) -> GoldenFile.Promise? {
        guard let pair = Pairs(value, "free-inodes", "free-bytes"),
            let inodes = UInt64(decimal: pair.first), let bytes = UInt64(decimal: pair.second)
        else { return nil }
        return .init(freeInodes: inodes, freeBytes: bytes)
    }

    private static func tree(_ value: String) -> GoldenFile.Tree? {
        guard let pair = Pairs(value, "entries", "sha256"), let count = UInt64(decimal: pair.first),
            let digest = SHA256Digest(hex: pair.second)
        else { return nil }
        return .init(entryCount: count, digest: digest)
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                switch $0 {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
                }
            }
    }
}

/// Two values in the form `FIRST=… SECOND=…`.
private struct Pairs {
    let first: Substring
    let second: Substring

    init?(_ text: some StringProtocol, _ first: String, _ second: String) {
        let words = Substring(text).split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, words[0].hasPrefix(first + "="), words[1].hasPrefix(second + "=")
        else { return nil }
        self.first = words[0].dropFirst(first.count + 1)
        self.second = words[1].dropFirst(second.count + 1)
    }
}
