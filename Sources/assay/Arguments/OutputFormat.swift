import ArgumentParser

/// How a command reports: `--format`.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people.
    case text
    /// For programs: one JSON document with sorted keys.
    case json
}
