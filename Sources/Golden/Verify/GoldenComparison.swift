/// The facts in which a golden and another one part: the blessed one and that of the image at hand.
public enum GoldenComparison {
    /// Changes of the superblock's fields, in the order of the bytes.
    public static func superblock(
        _ old: [GoldenFile.Fact], _ new: [GoldenFile.Fact]
    ) -> [Change] {
        facts(old, new).map { name, old, new in
            Change(
                CauseTable.cause(ofSuperblockField: name), "superblock \(name)", old: old, new: new)
        }
    }

    /// Changes of the groups' descriptors, in the order of the groups.
    public static func groups(
        _ old: [GoldenFile.Group], _ new: [GoldenFile.Group]
    ) -> [Change] {
        merge(old, new, by: \.number).flatMap { pair -> [Change] in
            switch pair {
            case (let old?, let new?):
                return facts(old.facts, new.facts).map { name, before, after in
                    Change(
                        CauseTable.cause(ofGroupFact: name), "group \(old.number) \(name)",
                        old: before, new: after)
                }
            case (let old?, nil):
                return [Change(.geometry, "group \(old.number)", old: "there", new: nil)]
            case (nil, let new?):
                return [Change(.geometry, "group \(new.number)", old: nil, new: "there")]
            case (nil, nil): return []
            }
        }
    }

    /// Classes of owners whose digests part. What made them part is not known from digests.
    public static func classes(
        _ old: [GoldenFile.OwnerClass], _ new: [GoldenFile.OwnerClass]
    ) -> [(name: String, old: GoldenFile.OwnerClass?, new: GoldenFile.OwnerClass?)] {
        let names =
            old.map(\.name)
            + new.map(\.name).filter { name in
                !old.contains { $0.name == name }
            }
        return names.compactMap { name in
            let before = old.first { $0.name == name }
            let after = new.first { $0.name == name }
            return before == after ? nil : (name, before, after)
        }
    }

    /// More changes of names are not listed: a golden may hold millions that no image has.
    static let nameLimit = 1 << 20

    /// Changes of the tree, where both goldens have a line for each name: those that went in the
    /// order of `old`, then all others in that of `new`.
    public static func entries(
        _ old: [GoldenFile.Entry], _ new: [GoldenFile.Entry]
    ) -> [Change] {
        // Memory follows `new`, which is a real image's where `old` is a golden from anywhere.
        let places = Dictionary(
            new.indices.map { (new[$0].path, $0) }, uniquingKeysWith: { first, _ in first })
        var known = [Int?](repeating: nil, count: new.count)
        var changes: [Change] = []
        for (index, entry) in old.enumerated() {
            guard let place = places[entry.path] else {
                guard changes.count < nameLimit else { break }
                changes.append(
                    Change(.removed, entry.path, path: entry.path, old: entry.facts, new: nil))
                continue
            }
            if known[place] == nil { known[place] = index }
        }
        for (place, entry) in new.enumerated() where changes.count < nameLimit {
            guard let index = known[place] else {
                changes.append(
                    Change(.added, entry.path, path: entry.path, old: nil, new: entry.facts))
                continue
            }
            if old[index].facts != entry.facts { changes += self.changes(of: old[index], entry) }
        }
        if changes.count >= nameLimit {
            changes.append(
                Change(.unexplained, "more than \(nameLimit) names", old: nil, new: nil))
        }
        return changes
    }

    private static func changes(of old: GoldenFile.Entry, _ new: GoldenFile.Entry) -> [Change] {
        facts(words(old.facts), words(new.facts)).map { name, before, after in
            Change(
                CauseTable.cause(ofEntryFact: Substring(name)), "\(old.path) \(name)",
                path: old.path, old: before, new: after)
        }
    }

    static func words(_ facts: String) -> [GoldenFile.Fact] {
        var words = facts.split(separator: " ").map { word in
            let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return GoldenFile.Fact(String(pair[0]), pair.count == 2 ? String(pair[1]) : "")
        }
        // A time that is not written is the time of modification.
        if let time = words.first(where: { $0.name == "time" }) {
            for name in ["atime", "ctime", "btime"]
            where !words.contains(where: { $0.name == name }) {
                words.append(.init(name, time.value))
            }
        }
        return words
    }

    /// Facts that differ: those of `old` in their order, then those that are only in `new`.
    private static func facts(
        _ old: [GoldenFile.Fact], _ new: [GoldenFile.Fact]
    ) -> [(name: String, old: String?, new: String?)] {
        if old == new { return [] }
        let after = Dictionary(new.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        let before = Dictionary(old.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        return old.filter { after[$0.name] != $0.value }.map { ($0.name, $0.value, after[$0.name]) }
            + new.filter { before[$0.name] == nil }.map { ($0.name, nil, $0.value) }
    }

    /// Pairs the elements of two lists that are sorted by a number.
    private static func merge<Element>(
        _ old: [Element], _ new: [Element], by key: KeyPath<Element, UInt64>
    ) -> [(Element?, Element?)] {
        var pairs: [(Element?, Element?)] = []
        var left = old[...]
        var right = new[...]
        while let first = left.first, let second = right.first {
            let order = (first[keyPath: key], second[keyPath: key])
            if order.0 <= order.1 { left.removeFirst() }
            if order.1 <= order.0 { right.removeFirst() }
            pairs.append(
                (order.0 <= order.1 ? first : nil, order.1 <= order.0 ? second : nil))
        }
        return pairs + left.map { ($0, nil) } + right.map { (nil, $0) }
    }
}
