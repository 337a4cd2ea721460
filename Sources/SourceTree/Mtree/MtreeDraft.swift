/// The entries of an mtree text while its lines are still being read: any line may add to an entry,
/// or put one below a folder that no line has described yet.
struct MtreeDraft {
    struct Entry {
        let parent: Int
        let name: [UInt8]
        var children: [Int32] = []
        /// The last line that described the entry, or the first that implied it.
        var line: Int
        var statement = Statement.none
    }

    /// What the lines about an entry said. On the heap, since a list of a million large entries would
    /// be copied, and be half empty, whenever it grows.
    indirect enum Statement {
        /// Nothing: a folder that is only implied.
        case none
        /// `defaults` is the place in ``MtreeDraft/defaults`` of what counts beside.
        case some(MtreeKeywords, defaults: Int)
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
        entries = [Entry(parent: 0, name: [], line: 1)]
    }

    /// What the lines that follow start from.
    var currentDefaults: MtreeKeywords { defaults[defaults.count - 1] }

    mutating func setDefaults(_ keywords: MtreeKeywords) { defaults.append(keywords) }

    /// The entry of this name in a folder, made if need be.
    mutating func child(of folder: Int, named name: [UInt8], line: Int) -> Int {
        let key = Key(parent: folder, name: name)
        if let known = index[key] { return known }
        entries.append(Entry(parent: folder, name: name, line: line))
        index[key] = entries.count - 1
        entries[folder].children.append(Int32(entries.count - 1))
        return entries.count - 1
    }

    /// Adds what a line says to what earlier ones said; the later one counts.
    mutating func describe(_ entry: Int, as keywords: MtreeKeywords, line: Int) {
        var stated = keywords
        if case .some(let earlier, _) = entries[entry].statement {
            stated = earlier.overridden(by: keywords)
        }
        entries[entry].statement = .some(stated, defaults: defaults.count - 1)
        entries[entry].line = line
    }

    /// All that is said about an entry; nil for one that is only implied.
    func keywords(of entry: Int) -> MtreeKeywords? {
        guard case .some(let stated, let place) = entries[entry].statement else { return nil }
        return defaults[place].overridden(by: stated)
    }
}
