/// The entries of an mtree text while its lines are still being read: any line may add to an entry,
/// or put one below a folder that no line has described yet.
///
/// Of a line only its place in the text is kept, and it is read again when the tree is built: what it
/// says would take several times as much, and there may be a million of them.
struct MtreeDraft {
    struct Entry {
        fileprivate(set) var parent: UInt32
        /// In the draft's pool of names.
        fileprivate let name: ByteRange
        /// 0 where there is none: the root is nobody's child.
        fileprivate var lastChild: UInt32 = 0
        fileprivate var earlierSibling: UInt32 = 0
        /// The last line that described the entry, or the first that implied it; from 1.
        fileprivate(set) var line: UInt32
        /// The place in ``MtreeDraft/defaults`` of what counts beside what the line says.
        fileprivate var defaults: UInt32 = 0
        /// Where the line begins in the text; ``nowhere`` for an entry that is only implied.
        fileprivate var start = nowhere
    }

    /// Beyond every place in a text: see ``TextInput/byteLimit``.
    private static let nowhere = UInt32.max

    /// The whole text.
    let text: [UInt8]
    private let parser: MtreeParser
    /// The root is the first. A child always comes after its folder.
    private(set) var entries: [Entry]
    /// The entry that ``addLostAndFound()`` made.
    private(set) var lostAndFound: Int?
    /// The states that /set and /unset went through; a million entries share a few of them.
    private var defaults = [MtreeKeywords()]
    /// What several lines said about one entry, together.
    private var repeated: [Int: MtreeKeywords] = [:]
    private var names: [UInt8] = []
    private var index = NameIndex()

    init(text: [UInt8], parser: MtreeParser) {
        self.text = text
        self.parser = parser
        entries = [Entry(parent: 0, name: .empty, line: 1)]
    }

    /// What the lines that follow start from.
    var currentDefaults: MtreeKeywords { defaults[defaults.count - 1] }

    mutating func setDefaults(_ keywords: MtreeKeywords) { defaults.append(keywords) }

    func name(of entry: Int) -> ArraySlice<UInt8> { names[entries[entry].name.range] }

    /// The entries in a folder, the latest first.
    func children(of folder: Int) -> [Int] {
        var children: [Int] = []
        var child = entries[folder].lastChild
        while child != 0 {
            children.append(Int(child))
            child = entries[Int(child)].earlierSibling
        }
        return children
    }

    /// The entry of this name in a folder, made if need be.
    mutating func child(of folder: Int, named name: ArraySlice<UInt8>, line: Int) -> Int {
        let hash = Self.hash(UInt32(folder), name)
        let known = index.find(hash) {
            entries[$0].parent == UInt32(folder) && self.name(of: $0) == name
        }
        if let known { return known }
        let range = ByteRange(start: names.count, count: name.count)
        names += name
        var entry = Entry(parent: UInt32(folder), name: range, line: UInt32(line))
        entry.earlierSibling = entries[folder].lastChild
        entries[folder].lastChild = UInt32(entries.count)
        entries.append(entry)
        index.insert(entries.count - 1, hash) { [entries, names] in
            Self.hash(entries[$0].parent, names[entries[$0].name.range])
        }
        return entries.count - 1
    }

    /// Puts a folder lost+found into the root, unless a line speaks of one.
    mutating func addLostAndFound() {
        let count = entries.count
        let entry = child(of: 0, named: FileOrder.lostAndFound[...], line: 1)
        if entry == count { lostAndFound = entry }
    }

    private static func hash(_ folder: UInt32, _ name: ArraySlice<UInt8>) -> Int {
        var hasher = Hasher()
        hasher.combine(folder)
        unsafe name.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        return hasher.finalize()
    }

    /// Adds what a line says to what earlier ones said; the later one counts.
    mutating func describe(_ entry: Int, as keywords: MtreeKeywords, by line: MtreeLines.Line) {
        if let earlier = stated(of: entry) {
            repeated[entry] = earlier.overridden(by: keywords)
        }
        entries[entry].start = UInt32(line.start)
        entries[entry].line = UInt32(line.number)
        entries[entry].defaults = UInt32(defaults.count - 1)
    }

    /// All that is said about an entry; nil for one that is only implied.
    func keywords(of entry: Int) -> MtreeKeywords? {
        stated(of: entry).map { defaults[Int(entries[entry].defaults)].overridden(by: $0) }
    }

    /// The type that the lines about an entry have given it themselves.
    func kind(statedOf entry: Int) -> FileKind? { stated(of: entry)?.kind }

    private func stated(of entry: Int) -> MtreeKeywords? {
        let start = entries[entry].start
        guard start != Self.nowhere else { return nil }
        if let all = repeated[entry] { return all }
        // It was read before it was put here, so it can be read.
        var lines = MtreeLines(text: text, from: Int(start))
        return lines.next().flatMap { try? parser.parse($0.keywords) }
    }
}
