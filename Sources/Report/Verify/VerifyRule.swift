import Golden

/// What a report of findings calls them: a rule for each cause and each facet.
struct VerifyRule {
    let id: String
    let description: String

    /// One thing to point at.
    struct Finding {
        let rule: String
        /// The image, escaped.
        let image: String
        /// `error`, `warning` or `note`.
        let level: String
        let message: String
    }

    static let all: [VerifyRule] =
        Cause.Name.allCases.map {
            VerifyRule(
                id: "cause/\($0.rawValue)",
                description: "Bytes differ from the golden: \($0.rawValue)")
        }
        + Facet.Kind.allCases.map {
            VerifyRule(
                id: "facet/\($0.rawValue)",
                description: "A comparison with the golden failed: \(VerifyWords.title($0))")
        }
        + [
            VerifyRule(id: "no-golden", description: "There is no golden for the image"),
            VerifyRule(id: "waiver", description: "A finding was let pass, for a reason"),
            VerifyRule(id: "warning", description: "What a careful reader should know"),
            VerifyRule(id: "trouble", description: "Nothing can be said about the image"),
        ]

    /// One finding for each cause, or where none is known for the difference; one for each facet
    /// that failed and that no cause explains; one for each waiver and warning.
    static func findings(of summary: VerifySummary) -> [Finding] {
        summary.verifications.flatMap { findings(of: $0) }
            + summary.troubles.map {
                Finding(
                    rule: "trouble", image: $0.image, level: "error",
                    message: "\($0.image): \($0.message).")
            }
    }

    private static func findings(of result: Verification) -> [Finding] {
        if result.verdict == .noGolden {
            return [
                Finding(
                    rule: "no-golden", image: result.image, level: "error",
                    message: "\(result.image): there is no golden to hold it against.")
            ]
        }
        var findings: [Finding] = []
        for cause in result.causes {
            let first = result.firstDifference.map { " First difference: \($0.sentence)." } ?? ""
            findings.append(
                Finding(
                    rule: "cause/\(cause.name.rawValue)", image: result.image,
                    level: cause.name.isDerived ? "note" : "error",
                    message: "\(result.image): \(cause.name.rawValue) differs from the golden in "
                        + "\(cause.count) \(cause.count == 1 ? "place" : "places"), first "
                        + "\(cause.place)." + (cause.name.isDerived ? "" : first)))
        }
        let other: [Facet.Kind] = [.structure, .promise, .slack, .lint]
        for facet in result.facets where facet.status == .failed {
            guard result.causes.isEmpty || other.contains(facet.kind) else { continue }
            findings.append(
                Finding(
                    rule: "facet/\(facet.kind.rawValue)", image: result.image, level: "error",
                    message: "\(result.image): \(VerifyWords.title(facet.kind)): \(facet.message).")
            )
        }
        for line in result.waived {
            findings.append(
                Finding(
                    rule: "waiver", image: result.image, level: "note",
                    message: "\(result.image): waived: \(line)."))
        }
        for line in result.warnings {
            findings.append(
                Finding(
                    rule: "warning", image: result.image, level: "warning",
                    message: "\(result.image): \(line)."))
        }
        return findings
    }
}
