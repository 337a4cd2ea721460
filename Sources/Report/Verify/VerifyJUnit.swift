import Golden

/// The gate's outcome as JUnit XML: an image is a test suite, a facet a test case.
enum VerifyJUnit {
    static func render(_ summary: VerifySummary) -> String {
        let verifications = summary.verifications
        let suites = verifications.map(suite) + summary.troubles.map(suite)
        let tests = total(verifications, { _ in true }) + summary.troubles.count
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="assay verify" tests="\(tests)" \
            failures="\(total(verifications, { $0.status == .failed }))" errors="\(summary.troubles.count)">
            \(suites.joined())</testsuites>

            """
    }

    /// Facets of a kind in all images. An image without a golden counts as one failed test.
    private static func total(
        _ verifications: [Verification], _ counts: (Facet) -> Bool
    ) -> Int {
        verifications.reduce(0) { $0 + cases($1).count { counts($0) } }
    }

    private static func cases(_ result: Verification) -> [Facet] {
        result.verdict == .noGolden
            ? [Facet(.root, .failed, "there is no golden to hold the image against")]
            : result.facets
    }

    private static func suite(_ trouble: VerifySummary.Trouble) -> String {
        let name = XMLText.escape(trouble.image)
        return """
              <testsuite name="\(name)" tests="1" failures="0" errors="1" skipped="0">
                <testcase name="read" classname="\(name)">
                  <error message="\(XMLText.escape(trouble.message))" type="trouble"/>
                </testcase>
              </testsuite>

            """
    }

    private static func suite(_ result: Verification) -> String {
        let facets = cases(result)
        let failed = facets.count { $0.status == .failed }
        let skipped = facets.count { $0.status == .skipped || $0.status == .waived }
        return """
              <testsuite name="\(XMLText.escape(result.image))" tests="\(facets.count)" \
            failures="\(failed)" errors="0" skipped="\(skipped)">
            \(facets.map { testCase($0, of: result) }.joined())  </testsuite>

            """
    }

    private static func testCase(_ facet: Facet, of result: Verification) -> String {
        let head =
            "    <testcase name=\"\(VerifyWords.title(facet.kind))\" "
            + "classname=\"\(XMLText.escape(result.image))\""
        let message = XMLText.escape(facet.message)
        switch facet.status {
        case .passed: return head + "/>\n"
        case .skipped, .waived:
            return head + ">\n      <skipped message=\"\(message)\"/>\n    </testcase>\n"
        case .failed:
            let details = facet.details.map { XMLText.escape($0) }.joined(separator: "\n")
            return head + ">\n      <failure message=\"\(message)\" "
                + "type=\"\(facet.kind.rawValue)\">\(details)</failure>\n    </testcase>\n"
        }
    }
}
