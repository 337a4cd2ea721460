import Golden

/// The gate's outcome as annotations of GitHub Actions: at most one for each cause, ten in all, as
/// GitHub shows no more for a step; the totals come last and count what was left out.
enum VerifyGitHub {
    /// GitHub shows ten errors and ten warnings of a step; one line is kept for the totals.
    static let annotationLimit = 10

    static func render(_ summary: VerifySummary) -> String {
        let findings = merged(VerifyRule.findings(of: summary))
        let failed = summary.failedCount
        let shown = findings.prefix(annotationLimit - 1)
        var lines = shown.map { line($0.level, title: "assay: \($0.rule)", $0.message) }
        let rest = findings.count - shown.count
        let total =
            "\(summary.count) \(summary.count == 1 ? "image" : "images"), "
            + "\(failed) failed" + (rest > 0 ? "; \(rest) more findings are not shown" : "")
        lines.append(line(failed == 0 ? "note" : "error", title: "assay verify", total))
        return lines.joined(separator: "\n") + "\n"
    }

    /// One finding for each rule: the first, with how many others there are.
    private static func merged(_ findings: [VerifyRule.Finding]) -> [VerifyRule.Finding] {
        var order: [String] = []
        var byRule: [String: [VerifyRule.Finding]] = [:]
        for finding in findings {
            if byRule[finding.rule] == nil { order.append(finding.rule) }
            byRule[finding.rule, default: []].append(finding)
        }
        let levels = ["error", "warning", "note"]
        let found = order.compactMap { rule -> VerifyRule.Finding? in
            guard let same = byRule[rule], let first = same.first else { return nil }
            guard same.count > 1 else { return first }
            return VerifyRule.Finding(
                rule: rule, image: first.image, level: first.level,
                message: "\(first.message) And \(same.count - 1) more.")
        }
        // The worst first, since what comes last is left out; those of one level as they came.
        return levels.flatMap { level in found.filter { $0.level == level } }
    }

    private static func line(_ level: String, title: String, _ message: String) -> String {
        let command = level == "note" ? "notice" : level
        return "::\(command) title=\(escape(title, isProperty: true))::"
            + escape(message, isProperty: false)
    }

    /// As the toolkit of GitHub Actions escapes data and properties of commands.
    private static func escape(_ text: String, isProperty: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": escaped += "%25"
            case "\r": escaped += "%0D"
            case "\n": escaped += "%0A"
            case ":" where isProperty: escaped += "%3A"
            case "," where isProperty: escaped += "%2C"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
