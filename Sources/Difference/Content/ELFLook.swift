internal import HostSystem

/// Programs, libraries and kernel modules (ELF): the build ID and other notes.
enum ELFLook {
    static func matches(_ start: [UInt8]) -> Bool {
        start[0] == 0x7F && start[1] == 0x45 && start[2] == 0x4C && start[3] == 0x46
    }

    static func finding(
        _ pair: ContentPair, _ offset: UInt64, _ budget: inout ContentBudget
    ) -> CulpritFinding? {
        guard let left = ELFSections(pair.a), let right = ELFSections(pair.b) else { return nil }
        let ids = (left.buildID(pair.a), right.buildID(pair.b))
        var words = ""
        if let one = ids.0, let other = ids.1, one.bytes != other.bytes {
            words = "the build ID \(show(one.bytes)) against \(show(other.bytes))"
            // Nothing else may be called only the build ID.
            if one.place == other.place, pair.rest(outside: [one.place], &budget) == .same {
                return CulpritFinding(
                    culprit: .elfNotes, isAll: true, kind: "ELF", words: words)
            }
        } else if ids.0 == nil, ids.1 != nil {
            words = "a build ID in the second alone"
        } else if ids.0 != nil, ids.1 == nil {
            words = "a build ID in the first alone"
        }
        let others = Set(right.notes)
        let notes = left.notes.filter { others.contains($0) }
        let touched = notes.first { place in
            let count = Int(min(UInt64(place.count), UInt64(ContentPair.window)))
            // A file may have notes without number that all claim the same bytes.
            return budget.compare(count)
                && pair.a.bytes(at: place.lowerBound, count: count)
                    != pair.b.bytes(at: place.lowerBound, count: count)
        }
        if words.isEmpty, let touched {
            let name = left.section(at: touched.lowerBound).map { " in \($0)" } ?? ""
            words = "notes\(name)"
        }
        if words.isEmpty {
            // Paths of the build in .debug_str, the compiler in .comment: the name says much.
            guard let name = left.section(at: offset) else { return nil }
            return CulpritFinding(
                culprit: .elfSection, isAll: false, kind: "ELF",
                words: "the first difference is in \(name)")
        }
        return CulpritFinding(
            culprit: .elfNotes, ranges: notes, kind: "ELF", words: words, sections: left)
    }

    private static func show(_ id: [UInt8]) -> String {
        let digits = CulpritLook.digits(id.prefix(20))
        return digits.count > 16 ? digits.prefix(16) + "…" : digits
    }
}
