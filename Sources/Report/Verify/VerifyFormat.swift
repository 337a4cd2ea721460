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
    public func render(_ verifications: [Verification], version: String) -> String {
        switch self {
        case .text: VerifyText.render(verifications)
        case .json: VerifyJSON.render(verifications)
        case .junit: VerifyJUnit.render(verifications)
        case .sarif: VerifySARIF.render(verifications, version: version)
        case .markdown: VerifyMarkdown.render(verifications)
        case .github: VerifyGitHub.render(verifications)
        }
    }
}
