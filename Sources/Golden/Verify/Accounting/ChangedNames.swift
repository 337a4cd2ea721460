/// What changed at each name, found by any of a file's paths.
struct ChangedNames {
    private let firstPaths: FirstPaths
    private var causes: [String: Set<Cause.Name>] = [:]
    /// Directories in which a name came, went, or became one of another file.
    private var moved: Set<String> = []

    init(_ changes: [Change], _ new: GoldenFacts) {
        firstPaths = FirstPaths(new.entries)
        for change in changes {
            guard let path = change.path else { continue }
            causes[firstPaths[path], default: []].insert(change.cause)
            if [.added, .removed, .hardLinks].contains(change.cause) {
                moved.insert(Self.parent(of: path))
            }
        }
    }

    /// Whether one of the causes is named at a path.
    func names(_ path: String, _ wanted: Cause.Name...) -> Bool {
        causes[firstPaths[path]].map { !$0.isDisjoint(with: wanted) } ?? false
    }

    /// Whether the directory at a path has other names than it had.
    func hasOtherNames(_ path: String) -> Bool { moved.contains(path) }

    private static func parent(of path: String) -> String {
        let end = path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
        return end == path.startIndex ? "/" : String(path[..<end])
    }
}
