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
                "passedTests": .array(passed.map(test)),
                "warnedTests": .array(
                    passed.filter { !$0.waived.isEmpty || !$0.warnings.isEmpty }
                        .map(test)),
                "failedTests": .array(
                    failed.map(test) + summary.troubles.map { .string($0.image) }),
            ]),
        ]).text
    }

    private static func subject(_ result: Verification) -> JSONValue {
        var digest: [String: JSONValue] = [:]
        if let sha256 = result.fileSHA256 ?? result.sha256 {
            digest["sha256"] = .string(sha256.hex)
        }
        // The root is no digest of the file's bytes in a row, so it has a name of its own.
        if let root = result.root { digest["dmVerityRoot"] = .string(root.hex) }
        var subject: [String: JSONValue] = [
            "name": .string(result.image), "digest": .object(digest),
        ]
        if result.fileSHA256 != nil, let content = result.sha256 {
            // What the root is of, too: the file holds it compressed, or among other things.
            subject["annotations"] = .object(["imageSha256": .string(content.hex)])
        }
        return .object(subject)
    }

    /// What was tested of an image: a quick pass says so.
    private static func test(_ result: Verification) -> JSONValue {
        let isWhole = result.facets.contains { $0.kind == .structure }
        return .string(result.image + (isWhole ? "" : " (quick: size and root)"))
    }

    private static func golden(_ result: Verification) -> JSONValue? {
        guard let golden = result.golden, let digest = result.goldenDigest else { return nil }
        return .object([
            "name": .string(golden), "digest": .object(["sha256": .string(digest.hex)]),
        ])
    }
}
