import HostSystem
import SystemPackage
import TestKit
import Testing

/// The published schemas, from PyPI: scripts/fetch-schemas says which, and fetches them once.
private enum Published {
    private static let root = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()
    static let validator = root.appending("Tests/CommandTests/Schemas/published.py")
    static let absent: Comment =
        "PyPI cannot be reached, or there is no pip: scripts/fetch-schemas says what"
    /// `EX_UNAVAILABLE` of sysexits.h. Anything else that is not 0 is no reason to skip.
    private static let unavailable: UInt8 = 69

    static func fetch() async throws -> (isThere: Bool, folder: String, reason: String) {
        let outcome = try await Shell.attempt("'\(root.appending("scripts/fetch-schemas"))'")
        return (
            outcome.status != Int(unavailable),
            String(decoding: outcome.standardOutput, as: UTF8.self).trimmed,
            String(decoding: outcome.standardError, as: UTF8.self)
        )
    }
}

@Suite(.enabled(Published.absent, { try await Published.fetch().isThere }))
struct PublishedSchemaTests {
    /// An image and its golden; one that is different, one that is no file system, one without golden.
    private static let images = #"""
        mkdir tree; echo host > tree/host
        options=(--root tree --free-space 4M --free-inodes 100)
        $assay build "${options[@]}" -o out/a.img > /dev/null
        $assay golden record out/a.img -o out/a.golden > /dev/null
        $assay build "${options[@]}" --label B -o out/b.img > /dev/null
        truncate -s 8M out/z.img; cp out/a.img out/lone.img; cp out/a.img 'out/&"<%> `|é.img'
        for name in b z '&"<%> `|é'; do cp out/a.golden "out/$name.golden"; cp out/a.blocks "out/$name.blocks"; done
        printf '%s\n' 'free-space 1G' 'waive slack 2026-06-30 a <small> & "old" disk' > waiving
        # gate NAME STATUS ARGUMENT...: all reports of a run, in the folder NAME
        folders=
        gate() {
            local name=$1 expected=$2 status=0; shift 2; mkdir $name; folders="$folders $name"
            $assay verify "$@" --no-pending --report junit=$name/r.xml \
                --report sarif=$name/r.sarif --attest $name/r.intoto > $name/shown || status=$?
            test $status = $expected || { echo "$name: status $status"; exit 1; }
        }

        """#

    private func validate(_ runs: String) async throws {
        let (_, folder, reason) = try await Published.fetch()
        try #require(!folder.isEmpty, "\(reason)")
        let given = ProcessEnvironment["ASSAY_SCHEMAS"].map { "ASSAY_SCHEMAS='\($0)' " } ?? ""
        let workshop = try await Workshop()
        let checked = try await workshop.succeed(
            """
            \(Self.images)\(runs)
            test -n "$folders"
            \(given)/usr/bin/python3 -B '\(Published.validator)' '\(folder)' $folders > checked
            test $(wc -l < checked) = $(echo $folders | wc -w)
            cat checked
            """)
        #expect(!checked.isEmpty)
    }

    @Test func `a report of each verdict is valid`() async throws {
        try await validate(
            """
            gate identical 0 out/a.img
            gate different 1 out/b.img
            gate invalid 3 out/z.img
            gate policy 4 out/a.img --free-space 1G
            gate no-golden 5 out/lone.img
            gate waived 0 out/a.img --policy waiving --today 2026-06-30
            gate missing 2 out/missing.img --golden out/a.golden 2> complaints
            test ! -e missing/r.intoto
            grep -qx 'assay: no image could be read, so missing/r.intoto was not written' complaints
            gate overdue 4 out/a.img --policy waiving --today 2026-07-01
            test "$(jq -r .predicate.result */r.intoto | sort | uniq -c | xargs)" = '5 FAILED 1 PASSED 1 WARNED'
            """)
    }

    @Test func `a report of many images of every verdict is valid, whatever their names are`()
        async throws
    {
        try await validate(
            #"""
            gate all 2 out/?.img out/lone.img 'out/&"<%> `|é.img' out/missing.img
            gate hashes 1 out/b.img 'out/&"<%> `|é.img' --sha256 --against out/a.img --golden out/a.golden
            gate quick 1 out/b.img out/a.img --quick
            control=$'out/\x01 \x1b[2J\n\x7f\uffff.img'; cp out/b.img "$control"
            gate control 1 "$control" out/a.img --golden out/a.golden
            """#)
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = Substring(self)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
