public import Golden

/// The gate's outcome as an in-toto statement with a Test Result predicate, unsigned: cosign or
/// another signs it. Failed images are in it too.
public enum VerifyAttestation {
    /// The statement (in-toto/attestation, v1; predicate type test-result v0.1).
    public static func render(_ verifications: [Verification], version: String) -> String {
        let passed = verifications.filter { $0.verdict == .identical }
        let failed = verifications.filter { $0.verdict != .identical }
        let hasWarnings = verifications.contains { !$0.waived.isEmpty || !$0.warnings.isEmpty }
        let result = failed.isEmpty ? (hasWarnings ? "WARNED" : "PASSED") : "FAILED"
        return JSONValue.object([
            "_type": "https://in-toto.io/Statement/v1",
            "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
            "subject": .array(verifications.map(subject)),
            "predicate": .object([
                "result": .string(result),
                "configuration": .array(verifications.compactMap(golden)),
                "passedTests": .array(passed.map { .string($0.image) }),
                "warnedTests": .array(
                    passed.filter { !$0.waived.isEmpty || !$0.warnings.isEmpty }
                        .map { .string($0.image) }),
                "failedTests": .array(failed.map { .string($0.image) }),
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
        result.golden.map { .object(["name": .string($0)]) }
    }
}
