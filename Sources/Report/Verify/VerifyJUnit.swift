import Golden

/// The gate's outcome as JUnit XML: an image is a test suite, a facet a test case.
///
/// It is valid for Apache Ant's schema (windyroad/JUnit-Schema) and for that of Jenkins' xUnit plugin.
/// They want a time, a duration and a host; a report is a function of the image, so these are
/// constants.
enum VerifyJUnit {
    static func render(_ summary: VerifySummary) -> String {
        var suites: [String] = []
        for result in summary.verifications { suites.append(suite(result, id: suites.count)) }
        for trouble in summary.troubles { suites.append(suite(trouble, id: suites.count)) }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites>
            \(suites.joined())</testsuites>

            """
    }

    /// The test cases of an image. One without a golden counts as one failed test.
    private static func cases(_ result: Verification) -> [Facet] {
        result.verdict == .noGolden
            ? [Facet(.root, .failed, "there is no golden to hold the image against")]
            : result.facets
    }

    private static func suite(_ trouble: VerifySummary.Trouble, id: Int) -> String {
        let message = XMLText.escape(trouble.message)
        return suite(
            trouble.image, id: id, (tests: 1, failures: 0, errors: 1, skipped: 0), properties: [],
            """
                <testcase name="read" classname="\(XMLText.escape(trouble.image))" time="0">
                  <error message="\(message)" type="trouble"/>
                </testcase>

            """)
    }

    private static func suite(_ result: Verification, id: Int) -> String {
        let facets = cases(result)
        var properties = [("verdict", result.verdict.rawValue)]
        if let golden = result.golden { properties.append(("golden", golden)) }
        if let root = result.root { properties.append(("root", root.hex)) }
        properties += result.waived.map { ("waived", $0) } + result.warnings.map { ("warning", $0) }
        return suite(
            result.image, id: id,
            (
                tests: facets.count, failures: facets.count { $0.status == .failed }, errors: 0,
                skipped: facets.count { $0.status == .skipped || $0.status == .waived }
            ), properties: properties, facets.map { testCase($0, of: result) }.joined())
    }

    private static func suite(
        _ image: String, id: Int,
        _ count: (tests: Int, failures: Int, errors: Int, skipped: Int),
        properties: [(name: String, value: String)], _ cases: String
    ) -> String {
        let listed = properties.map {
            "      <property name=\"\($0.name)\" value=\"\(XMLText.escape($0.value))\"/>\n"
        }
        return """
              <testsuite name="\(XMLText.escape(image))" package="assay.verify" id="\(id)" \
            timestamp="1970-01-01T00:00:00" hostname="localhost" time="0" tests="\(count.tests)" \
            failures="\(count.failures)" errors="\(count.errors)" skipped="\(count.skipped)">
                <properties>
            \(listed.joined())    </properties>
            \(cases)    <system-out/>
                <system-err/>
              </testsuite>

            """
    }

    private static func testCase(_ facet: Facet, of result: Verification) -> String {
        let head =
            "    <testcase name=\"\(VerifyWords.title(facet.kind))\" "
            + "classname=\"\(XMLText.escape(result.image))\" time=\"0\""
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
