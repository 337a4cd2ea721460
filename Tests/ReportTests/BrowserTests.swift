import Difference
import Golden
import SystemPackage
import TestKit
import Testing

@testable import Report

/// The page and the map in a real browser.
@Suite(.enabled("needs Debian's chromium, and that it starts here", { await Browser.isThere }))
struct BrowserTests {
    private func pixels(_ file: String, _ colours: String..., in pair: ImagePair) async throws
        -> [Int]
    {
        try await Shell.write(Array(Browser.pixels.utf8), to: pair.scratch["pixels.py"])
        let text = try await Shell.run(
            "python3 pixels.py \(file) \(colours.joined(separator: " "))", in: pair.scratch.path)
        return text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    }

    @Test func `the page shows the causes and the marks, and breaks no rule of its own`()
        async throws
    {
        let pair = try await ImagePair(DifferencePageTests.changes)
        let page = try pair.page()
        try await Shell.write(Array(page.utf8), to: pair.scratch["page.html"])
        try await Shell.run(
            Browser.start + """

                browse --dump-dom "file://$PWD/page.html" > dom.html
                browse --window-size=800,1300 --screenshot=page.png "file://$PWD/page.html"
                """, in: pair.scratch.path)
        let dom = try await Shell.run("cat dom.html", in: pair.scratch.path)
        for cause in try pair.difference().primaryCauses {
            #expect(dom.contains("<code>\(cause.rawValue)</code>"), "\(cause)")
        }
        #expect(!dom.contains("<script"))
        // What the page's policy forbids would be in the browser's log, a script first of all.
        let log = try await Shell.run("cat browser.log", in: pair.scratch.path)
        #expect(log.contains("written to file page.png") && !log.contains("CONSOLE"), "\(log)")
        // The first cause's colour, that of data at 38 %, and the ground.
        let found = try await pixels("page.png", "d1490c", "fdfdfb", in: pair)
        #expect(found[0] > 50, "\(found)")
        #expect(found[1] > 100, "\(found)")
        #expect(found[2] > 400_000, "\(found)")
    }

    @Test func `the page with hostile names runs none of them`() async throws {
        // Each would change the title if it ran or were markup.
        let pair = try await ImagePair(
            """
            for name in '<script>document.title="run"<#script>' '"onload="document.title=1' \
                '<#title><img src=x onerror="document.title=2">' ']]><svg onload=document.title=3>'
            do seq 3000 > "tree/$name"; done
            options='-O ^metadata_csum' make a; LC_ALL=C sed -i 's/<#/<\\//g' a; cp a b
            for n in $(debugfs -R 'ls -p /' a 2>/dev/null | cut -d/ -f2); do
                [ "$n" -lt 12 ] || debugfs -w -R "sif <$n> mtime @1600000000" b 2>/dev/null
            done
            """)
        let page = try pair.page()
        try await Shell.write(Array(page.utf8), to: pair.scratch["page.html"])
        try await Shell.run(
            Browser.start + "\nbrowse --dump-dom \"file://$PWD/page.html\" > dom.html",
            in: pair.scratch.path)
        let dom = try await Shell.run("cat dom.html", in: pair.scratch.path)
        #expect(dom.contains("<title>a and b – assay diff</title>"))
        #expect(!dom.contains("<script") && !dom.contains("<img"))
        #expect(dom.contains("&lt;script&gt;document.title"))
    }

    @Test func `the map shows every class that the image has`() async throws {
        let pair = try await ImagePair(
            "mkdir tree/d; seq 90000 > tree/d/f; size=8M options='-b 1024' make a")
        let map = ImageMap(of: try pair.image("a"), workers: 2)
        try await Shell.write(Array(map.svg.utf8), to: pair.scratch["map.svg"])
        try await Shell.run(
            Browser.start + """

                browse --window-size=1120,720 --screenshot=map.png "file://$PWD/map.svg"
                """, in: pair.scratch.path)
        // Inode tables, the journal, data and free blocks.
        let found = try await pixels(
            "map.png", "0072b2", "8c8378", "7cc0ea", "e9e9e6", in: pair)
        #expect(found[0] > 8 && found[1...].allSatisfy { $0 > 300 }, "\(found)")
    }
}
