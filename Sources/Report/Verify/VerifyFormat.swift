public import Golden

/// The forms in which the gate's outcome can be written.
public enum VerifyFormat: String, CaseIterable, Sendable {
    case text
    case json
    case junit
    case sarif
    case markdown
    case github

    /// The report of all images, as one text.
    public func render(_ summary: VerifySummary, version: String) -> String {
        switch self {
        case .text: VerifyText.render(summary)
        case .json: VerifyJSON.render(summary)
        case .junit: VerifyJUnit.render(summary)
        case .sarif: VerifySARIF.render(summary, version: version)
        case .markdown: VerifyMarkdown.render(summary)
        case .github: VerifyGitHub.render(summary)
        }
    }
}
