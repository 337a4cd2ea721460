import HostSystem
import SystemPackage
import TestKit
import Testing

/// What the schemas of the reports do not say. These are in Schemas/.
private let checks = #"""
    import json, sys

    def check(condition, what):
        if not condition: sys.exit("not valid: " + what)

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
    check(statement["predicate"]["result"] == "FAILED", "result")
    check(len(statement["predicate"]["failedTests"]) == 3, "failed")
    check(len(statement["subject"]) == 3, "subjects")

    lines = open("r.github").read().splitlines()
    check(1 <= len(lines) <= 10, "ten annotations")
    check(all(line.startswith(("::error title=", "::notice title=")) for line in lines), "commands")
    check(lines[-1].startswith("::error title=assay verify::4 images, 3 failed"), "totals " + lines[-1])
    """#

@Suite struct VerifyReportTests {
    private let schemas = FilePath(#filePath).removingLastComponent().appending("Schemas")

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
            cat > check.py << 'END'
            \#(checks)
            END
            status=0
            $assay verify out/a.img \#(evil) out/lone.img out/missing.img --no-pending \
                --report text=r.text --report json=r.json --report junit=r.xml \
                --report sarif=r.sarif --report markdown=r.md --report github=r.github \
                --attest r.intoto > shown || status=$?
            test $status = 2
            /usr/bin/python3 -B '\#(schemas)/validate.py' '\#(schemas)'
            python3 check.py
            cmp shown r.text
            grep -q 'out/&lt;b&gt;&amp;"quoted" \\\]\\\]&gt; \\| ' r.md
            ! grep -E '<b>|<script' r.md r.xml
            """#)
    }
}

extension String {
    fileprivate func replacing(_ end: String, with new: String) -> String {
        hasSuffix(end) ? String(dropLast(end.count)) + new : self
    }
}
