/// What a command has to say, for people and for programs.
public protocol CommandReport: Sendable {
    /// Lines for a person, with a final newline.
    var text: String { get }
    /// The same and more for a program: DESIGN.md lists the keys that do not change.
    var json: JSONValue { get }
}
