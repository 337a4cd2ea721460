/// The entries of an mtree text while its lines are still being read: any line may add to an entry,
/// or put one below a folder that no line has described yet.
struct MtreeDraft {
    struct Entry {
        let parent: Int
        let name: [UInt8]
        var children: [Int] = []
        /// The last line that described the entry, or the first that implied it.
        var line: Int
        /// What the lines about the entry said; nil for a folder that is only implied.
        var stated: MtreeKeywords?
        /// Which of ``defaults`` counts for what the lines did not say.
        var defaults = 0
    }

    private struct Key: Hashable {
        let parent: Int
        let name: [UInt8]
    }

    /// The root is the first. A child always comes after its folder.
    private(set) var entries: [Entry]
    /// The states that /set and /unset went through; a million entries share a few of them.
    private(set) var defaults = [MtreeKeywords()]
    private var index: [Key: Int] = [:]

    init() {
        entries = [Entry(parent: 0, name: [], line: 1, stated: nil)]
    }

    /// What the lines that follow start from.
    var currentDefaults: MtreeKeywords { defaults[defaults.count - 1] }

    mutating func setDefaults(_ keywords: MtreeKeywords) { defaults.append(keywords) }

    /// The entry of this name in a folder, made if need be.
    mutating func child(of folder: Int, named name: [UInt8], line: Int) -> Int {
        let key = Key(parent: folder, name: name)
        if let known = index[key] { return known }
        entries.append(Entry(parent: folder, name: name, line: line, stated: nil))
        index[key] = entries.count - 1
        entries[folder].children.append(entries.count - 1)
        return entries.count - 1
    }

    /// Adds what a line says to what earlier ones said; the later one counts.
    mutating func describe(_ entry: Int, as keywords: MtreeKeywords, line: Int) {
        entries[entry].stated =
            entries[entry].stated?.overridden(by: keywords) ?? keywords
        entries[entry].defaults = defaults.count - 1
        entries[entry].line = line
    }

    /// All that is said about an entry; nil for one that is only implied.
    func keywords(of entry: Int) -> MtreeKeywords? {
        let entry = entries[entry]
        return entry.stated.map { defaults[entry.defaults].overridden(by: $0) }
    }
}
