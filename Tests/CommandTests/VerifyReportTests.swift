import HostSystem
import TestKit
import Testing

/// What the reports must be, checked by Python: names, required members and allowed values as the
/// schemas of SARIF 2.1.0 and in-toto have them.
private let checks = #"""
    import json, sys

    def check(condition, what):
        if not condition: sys.exit("not valid: " + what)

    sarif = json.load(open("r.sarif"))
    check(sarif["version"] == "2.1.0" and sarif["$schema"].endswith("sarif-schema-2.1.0.json"), "head")
    check(set(sarif) <= {"$schema", "version", "runs"}, "members")
    for run in sarif["runs"]:
        check(set(run) <= {"tool", "results"}, "run")
        driver = run["tool"]["driver"]
        check(isinstance(driver["name"], str) and isinstance(driver["version"], str), "driver")
        ids = [rule["id"] for rule in driver["rules"]]
        check(len(ids) == len(set(ids)), "rules are unique")
        for rule in driver["rules"]: check(isinstance(rule["shortDescription"]["text"], str), "rule")
        check(run["results"], "results")
        for result in run["results"]:
            check(set(result) <= {"ruleId", "level", "message", "locations"}, "result")
            check(result["ruleId"] in ids, "rule of result")
            check(result["level"] in ("none", "note", "warning", "error"), "level")
            check(isinstance(result["message"]["text"], str), "message")
            for place in result["locations"]:
                uri = place["physicalLocation"]["artifactLocation"]["uri"]
                check(all(33 <= ord(c) < 127 and c not in '<>"\\^`{|}' for c in uri), "uri " + uri)

    report = json.load(open("r.json"))
    check(report["format"] == "assay-verify/1", "format")
    check([i["verdict"] for i in report["images"]] == ["identical", "different", "no-golden"], "verdicts")
    for image in report["images"]:
        for key in ("image", "golden", "verdict", "root", "differing_blocks", "first_difference", "causes"):
            check(key in image, key)
    first = report["images"][1]["first_difference"]
    check(all(key in first for key in ("offset", "block", "owner")), "first difference")
    check(first["offset"] == 0x478 and first["block"] == 0, "place")
    text = open("r.json").read()
    check(text == json.dumps(report, indent=2, sort_keys=True, ensure_ascii=False) + "\n", "sorted keys")

    statement = json.load(open("r.intoto"))
    check(statement["_type"] == "https://in-toto.io/Statement/v1", "statement")
    check(statement["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1", "predicate")
    check(statement["predicate"]["result"] == "FAILED", "result")
    check(len(statement["predicate"]["failedTests"]) == 3, "failed")
    for subject in statement["subject"]:
        check(isinstance(subject["name"], str), "subject")
        check(len(subject["digest"]["sha256"]) == 64, "sha256")
        check(len(subject["digest"]["dmVerityRoot"]) == 64, "root")
    for part in statement["predicate"]["configuration"]: check(part["digest"]["sha256"], "golden")

    lines = open("r.github").read().splitlines()
    check(1 <= len(lines) <= 10, "ten annotations")
    check(all(line.startswith(("::error title=", "::notice title=")) for line in lines), "commands")
    check(lines[-1].startswith("::error title=assay verify::4 images, 3 failed"), "totals " + lines[-1])
    """#

/// JUnit XML as the test reports of continuous integration systems agree on it.
private let junitSchema = #"""
    <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">
      <xs:complexType name="problem" mixed="true">
        <xs:attribute name="message" type="xs:string"/>
        <xs:attribute name="type" type="xs:string"/>
      </xs:complexType>
      <xs:element name="testsuites"><xs:complexType>
        <xs:sequence><xs:element ref="testsuite" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
        <xs:attribute name="name" type="xs:string"/>
        <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
        <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
        <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
      </xs:complexType></xs:element>
      <xs:element name="testsuite"><xs:complexType>
        <xs:sequence><xs:element ref="testcase" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
        <xs:attribute name="name" type="xs:string" use="required"/>
        <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
        <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
        <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
        <xs:attribute name="skipped" type="xs:nonNegativeInteger"/>
      </xs:complexType></xs:element>
      <xs:element name="testcase"><xs:complexType>
        <xs:choice minOccurs="0">
          <xs:element name="skipped" type="problem"/>
          <xs:element name="failure" type="problem"/>
          <xs:element name="error" type="problem"/>
        </xs:choice>
        <xs:attribute name="name" type="xs:string" use="required"/>
        <xs:attribute name="classname" type="xs:string"/>
      </xs:complexType></xs:element>
    </xs:schema>
    """#

@Suite struct VerifyReportTests {
    @Test func `all reports of one run are valid, whatever the names are`() async throws {
        let workshop = try await Workshop()
        let evil = #"'out/<b>&"quoted" ]]> | `x` %0A::error::.img'"#
        try await workshop.succeed(
            #"""
            mkdir tree; echo host > tree/hostname
            $assay build --root tree --label A -o out/a.img --golden out/a.golden > /dev/null
            $assay build --root tree -o out/b.img > /dev/null
            cp out/b.img \#(evil); cp out/a.golden \#(evil.replacing(".img'", with: ".golden'"))
            cp out/a.blocks \#(evil.replacing(".img'", with: ".blocks'"))
            cp out/b.img out/lone.img
            cat > junit.xsd << 'END'
            \#(junitSchema)
            END
            cat > check.py << 'END'
            \#(checks)
            END
            status=0
            $assay verify out/a.img \#(evil) out/lone.img out/missing.img --no-pending \
                --report text=r.text --report json=r.json --report junit=r.xml \
                --report sarif=r.sarif --report markdown=r.md --report github=r.github \
                --attest r.intoto > shown || status=$?
            test $status = 2
            xmllint --noout --schema junit.xsd r.xml 2> /dev/null
            python3 check.py
            cmp shown r.text
            ! grep -E '<b>|<script' r.md r.xml
            grep -q 'out/&lt;b&gt;&amp;"quoted" \\\]\\\]&gt; \\| ' r.md
            """#)
    }
}

extension String {
    fileprivate func replacing(_ end: String, with new: String) -> String {
        hasSuffix(end) ? String(dropLast(end.count)) + new : self
    }
}
