import Golden

/// The gate's outcome for people: the answer first, then where and why, then what to do.
enum VerifyText {
    static func render(_ summary: VerifySummary) -> String {
        let lines =
            summary.verifications.map(render)
            + summary.troubles.map { "\($0.image): COULD NOT TELL: \($0.message)\n" }
        return lines.joined(separator: "\n")
    }

    private static func render(_ result: Verification) -> String {
        var lines = ["\(result.image): \(VerifyWords.answer(result))"]
        if let first = result.firstDifference {
            lines.append("  first difference: \(first.sentence)")
        }
        if let extent = result.extent { lines.append("  \(VerifyWords.extent(extent, result))") }
        for cause in result.causes { lines.append("  \(VerifyWords.cause(cause))") }
        if let inputs = result.inputs { lines.append("  inputs: \(inputs.sentence)") }
        for facet in result.facets where facet.status == .failed || facet.status == .waived {
            lines.append("  \(facet.kind.rawValue): \(facet.message)")
            lines += facet.details.map { "    \($0)" }
        }
        if result.verdict == .identical, let root = result.root {
            lines.append("  root \(root), \(VerifyWords.passed(result)) comparisons")
        }
        lines += result.waived.map { "  waived: \($0)" }
        lines += result.warnings.map { "  warning: \($0)" }
        lines += result.hints.map { "  next: \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }
}
