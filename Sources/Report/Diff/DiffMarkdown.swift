internal import Difference
internal import Golden

/// A comparison as a summary for a pull request.
enum DiffMarkdown {
    static func render(_ report: DiffReport) -> String {
        let difference = report.difference
        let page = DifferencePage(report, version: "")
        var text = "## assay diff: \(escape(report.names.before)) and "
        text += "\(escape(report.names.after))\n\n\(escape(page.verdict))\n\n"
        for line in page.coverageLines { text += "\(escape(line))\n\n" }
        for line in difference.warnings { text += "**Warning:** \(escape(line))\n\n" }
        guard !difference.findings.isEmpty else { return text }
        text += "| cause | what | count | first | before | after |\n|---|---|---|---|---|---|\n"
        for finding in difference.findings {
            let first = finding.examples.first
            let cells = [
                finding.cause.rawValue + (finding.isDerived ? ", derived" : ""), finding.what,
                PageText.count(finding.count, finding.unit.rawValue), first?.place ?? "",
                first?.before ?? "", first?.after ?? "",
            ]
            text += "| " + cells.map(escape).joined(separator: " | ") + " |\n"
        }
        return text
    }

    private static func escape(_ text: String) -> String { VerifyMarkdown.escape(text) }
}
