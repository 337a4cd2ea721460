/// The path under which a golden has the facts of a file that has several names.
struct FirstPaths {
    private var first: [String: String] = [:]

    init(_ entries: [GoldenFile.Entry]) {
        let word = "hardlink="
        for entry in entries where entry.facts.hasPrefix(word) {
            first[entry.path] = String(entry.facts.dropFirst(word.utf8.count))
        }
    }

    subscript(_ path: String) -> String { first[path] ?? path }
}
