/// The forms in which a comparison can be written to a file.
public enum DiffFormat: String, CaseIterable, Sendable {
    case text
    case json
    case html
    case markdown

    /// The report as one text.
    public func render(_ report: DiffReport, version: String) -> String {
        switch self {
        case .text: report.plain.text
        case .json: report.json.text
        case .html: DifferencePage(report, version: version).html
        case .markdown: DiffMarkdown.render(report)
        }
    }
}
