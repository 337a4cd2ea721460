public import Golden

/// The gate's outcome as an in-toto statement with a Test Result predicate, unsigned: cosign or
/// another signs it. Failed images are in it too.
public enum VerifyAttestation {
    /// The statement (in-toto/attestation, v1; predicate type test-result v0.1); nil where no image
    /// could be read, since a statement must have a subject.
    public static func render(_ summary: VerifySummary) -> String? {
        let verifications = summary.verifications
        let subjects = verifications.filter { $0.root != nil }.map(subject)
        guard !subjects.isEmpty else { return nil }
        let passed = verifications.filter { $0.verdict == .identical }
        let failed = verifications.filter { $0.verdict != .identical }
        let hasWarnings = verifications.contains { !$0.waived.isEmpty || !$0.warnings.isEmpty }
        let isGood = failed.isEmpty && summary.troubles.isEmpty
        let result = isGood ? (hasWarnings ? "WARNED" : "PASSED") : "FAILED"
        return JSONValue.object([
            "_type": "https://in-toto.io/Statement/v1",
            "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
            "subject": .array(subjects),
            "predicate": .object([
                "result": .string(result),
                "configuration": .array(verifications.compactMap(golden)),
                "passedTests": .array(passed.map { .string($0.image) }),
                "warnedTests": .array(
                    passed.filter { !$0.waived.isEmpty || !$0.warnings.isEmpty }
                        .map { .string($0.image) }),
                "failedTests": .array(
                    (failed.map(\.image) + summary.troubles.map(\.image)).map { .string($0) }),
            ]),
        ]).text
    }

    private static func subject(_ result: Verification) -> JSONValue {
        var digest: [String: JSONValue] = [:]
        if let sha256 = result.sha256 { digest["sha256"] = .string(sha256.hex) }
        // The root is no digest of the file's bytes in a row, so it has a name of its own.
        if let root = result.root { digest["dmVerityRoot"] = .string(root.hex) }
        return .object(["name": .string(result.image), "digest": .object(digest)])
    }

    private static func golden(_ result: Verification) -> JSONValue? {
        guard let golden = result.golden, let digest = result.goldenDigest else { return nil }
        return .object([
            "name": .string(golden), "digest": .object(["sha256": .string(digest.hex)]),
        ])
    }
}
