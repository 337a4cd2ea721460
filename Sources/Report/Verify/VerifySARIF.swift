import Golden

/// The gate's outcome as SARIF 2.1.0: a result for each cause and each other facet that failed.
enum VerifySARIF {
    static func render(_ summary: VerifySummary, version: String) -> String {
        let results = VerifyRule.findings(of: summary).map(result)
        let used = Set(results.map(\.rule))
        let rules = VerifyRule.all.filter { used.contains($0.id) }
        return JSONValue.object([
            "$schema":
                "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            "version": "2.1.0",
            "runs": .array([
                .object([
                    "tool": .object([
                        "driver": .object([
                            "name": "assay", "version": .string(version),
                            "rules": .array(rules.map(rule)),
                        ])
                    ]),
                    "results": .array(results.map(\.value)),
                ])
            ]),
        ]).text
    }

    private static func rule(_ rule: VerifyRule) -> JSONValue {
        .object([
            "id": .string(rule.id),
            "shortDescription": .object(["text": .string(rule.description)]),
        ])
    }

    private static func result(
        _ finding: VerifyRule.Finding
    ) -> (rule: String, value: JSONValue) {
        let location: JSONValue = .object([
            "physicalLocation": .object([
                "artifactLocation": .object(["uri": .string(uri(finding.image))])
            ])
        ])
        return (
            finding.rule,
            .object([
                "ruleId": .string(finding.rule), "level": .string(finding.level),
                "message": .object(["text": .string(finding.message)]),
                "locations": .array([location]),
            ])
        )
    }

    /// A path as a relative or absolute URI reference (RFC 3986).
    private static func uri(_ path: String) -> String {
        var uri = path.hasPrefix("/") ? "file://" : ""
        for byte in path.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
                uri.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                uri += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return uri
    }
}
