import Ext4Image

/// Holds an image against what was promised and what the policy asks for.
struct PolicyGate {
    let promise: GoldenFile.Promise?
    let policy: Policy
    let structure: StructureReport
    let imageError: ImageError?

    /// Structure, promise, slack and lint, in the order of the report.
    func facets(_ ledger: inout WaiverLedger) -> [Facet] {
        [structureFacet(&ledger), promiseFacet(&ledger), slackFacet(&ledger), lintFacet(&ledger)]
    }

    private func structureFacet(_ ledger: inout WaiverLedger) -> Facet {
        switch imageError {
        case .unsupported(let feature):
            // The image may be sound: that is for a program to say that knows the feature.
            return Facet(.structure, .skipped, "this reader does not know \(feature.name)")
        case .format(let error):
            return Facet(.structure, .failed, "not a file system that can be read: \(error)")
        case nil: break
        }
        let errors = structure.findings.filter { $0.severity == "error" }
        let others = structure.findings.count - errors.count
        let kept = errors.filter { !ledger.takes("check:\($0.kind)") }
        if !kept.isEmpty {
            return Facet(
                .structure, .failed, Self.count(kept.count, "error", "errors"),
                details: kept.map(Self.line))
        }
        if !errors.isEmpty {
            return Facet(
                .structure, .waived, "\(Self.count(errors.count, "error", "errors")) waived",
                details: errors.map(Self.line))
        }
        return Facet(
            .structure, .passed,
            others == 0
                ? "consistent" : "consistent; \(Self.count(others, "remark", "remarks"))",
            details: structure.findings.map(Self.line))
    }

    private func promiseFacet(_ ledger: inout WaiverLedger) -> Facet {
        guard let promise else { return Facet(.promise, .skipped, "no golden promises anything") }
        return slack(
            .promise, inodes: promise.freeInodes, bytes: promise.freeBytes, by: "promised", &ledger)
    }

    private func slackFacet(_ ledger: inout WaiverLedger) -> Facet {
        guard policy.freeInodes != nil || policy.freeBytes != nil else {
            return Facet(.slack, .skipped, "no policy asks for free space or inodes")
        }
        return slack(
            .slack, inodes: policy.freeInodes ?? 0, bytes: policy.freeBytes ?? 0, by: "required",
            &ledger)
    }

    private func slack(
        _ kind: Facet.Kind, inodes: UInt64, bytes: UInt64, by word: String,
        _ ledger: inout WaiverLedger
    ) -> Facet {
        guard let slack = structure.slack else {
            return Facet(kind, .failed, "what is free cannot be counted")
        }
        var missing: [String] = []
        if slack.freeInodes < inodes {
            missing.append(
                "\(Grouped(slack.freeInodes)) inodes are free, \(Grouped(inodes)) \(word)")
        }
        if slack.usableBytes < bytes {
            missing.append(
                "\(Grouped(slack.usableBytes)) bytes can be written, \(Grouped(bytes)) \(word)")
        }
        guard !missing.isEmpty else {
            return Facet(
                kind, .passed,
                "\(Grouped(slack.freeInodes)) inodes are free and \(Grouped(slack.usableBytes)) "
                    + "bytes can be written")
        }
        let isWaived = ledger.takes("slack")
        return Facet(kind, isWaived ? .waived : .failed, missing.joined(separator: "; "))
    }

    private func lintFacet(_ ledger: inout WaiverLedger) -> Facet {
        let gated = structure.lint.filter { policy.gates(lint: $0.kind) }
        let kept = gated.filter { !ledger.takes("lint:\($0.kind)") }
        if !kept.isEmpty {
            return Facet(
                .lint, .failed, Self.count(kept.count, "finding", "findings"),
                details: kept.map(Self.line))
        }
        if !gated.isEmpty {
            return Facet(
                .lint, .waived, "\(Self.count(gated.count, "finding", "findings")) waived",
                details: gated.map(Self.line))
        }
        if policy.lint.isEmpty { return Facet(.lint, .skipped, "no policy asks for it") }
        return Facet(.lint, .passed, "nothing that could come out otherwise")
    }

    private static func line(_ finding: StructureReport.Finding) -> String {
        "\(finding.kind): \(finding.place): \(finding.message)"
    }

    private static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
    }
}
