/// What is wrong with a line; whoever knows the file and the line makes a ``SourceError`` of it.
struct MtreeProblem: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
