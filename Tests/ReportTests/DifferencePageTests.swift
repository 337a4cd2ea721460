import Difference
import Golden
import SystemPackage
import TestKit
import Testing

@testable import Report

/// The page for a browser: what it says, and what cannot get into it.
@Suite struct DifferencePageTests {
    /// One change of each of several kinds, in one pair.
    static let changes = """
        mkdir tree/etc tree/bin; seq 20000 > tree/bin/tool; echo host > tree/etc/hostname
        seq 3000 > tree/etc/services; gzip -nc tree/etc/services > tree/etc/doc.gz
        make a; cp a b
        E2FSPROGS_LIBMAGIC_SUPPRESS=1 tune2fs -f -U 11234567-89ab-4def-8123-456789abcdef b \
            > /dev/null 2>&1
        debugfs -w -R 'sif /etc/hostname mtime @1600000000' b 2> /dev/null
        debugfs -w -R 'sif /bin/tool mode 0100755' b 2> /dev/null
        debugfs -w -R 'rm /etc/services' b 2> /dev/null
        """

    @Test func `it has the verdict, every cause, before and after, and the maps`() async throws {
        let pair = try await ImagePair(Self.changes)
        let page = try pair.page()
        let difference = try pair.difference()
        #expect(!difference.primaryCauses.isEmpty)
        for cause in difference.primaryCauses {
            #expect(page.contains("id=\"\(cause.rawValue)\""))
            #expect(page.contains("class=\"k-\(cause.rawValue)\""))
        }
        #expect(page.contains("<b>0</b>1234567-89ab"))
        #expect(page.contains("<b>1</b>1234567-89ab"))
        #expect(page.contains("id=\"map-a\"") && page.contains("id=\"map-b\""))
        #expect(page.contains("class=\"x x-uuid\""))
        #expect(page.contains("mke2fs makes a random one."))
        for workers in [1, 3, 8] { #expect(try pair.page(workers: workers) == page) }
    }

    @Test func `two images of the same bytes are said to be so`() async throws {
        let page = try await ImagePair("make a; cp a b").page()
        #expect(page.contains("<h1>The two images are the same bytes.</h1>"))
    }

    @Test func `no name becomes markup, whatever it is made of`() async throws {
        // A name with a slash cannot be made through a file system; a byte in the image can.
        let pair = try await ImagePair(
            """
            make_name() { seq 3000 > "tree/$1"; }
            make_name '<script>alert(1)<#script>'; make_name '<#style><img src=x onerror=y>'
            make_name '" onload="z'; make_name ']]>'; make_name $'\\xff\\xfe<b>'
            make_name $'\\u202egpj.exe'; make_name '&lt;i&gt;'; make_name '<#title><#svg>'
            options='-O ^metadata_csum' label='<u>&amp;' make a
            LC_ALL=C sed -i 's/<#/<\\//g' a; cp a b
            for n in $(debugfs -R 'ls -p /' a 2>/dev/null | cut -d/ -f2); do
                [ "$n" -gt 11 ] && debugfs -w -R "sif <$n> mtime @1600000000" b 2>/dev/null
                [ "$n" -gt 11 ] && block=$(debugfs -R "bmap <$n> 1" b 2>/dev/null) &&
                    printf X | dd of=b bs=1 conv=notrunc status=none \
                        seek=$((block * $(stat -fc 1024 .)))
            done; true
            """)
        let page = try pair.page()
        for name in [
            "&lt;script&gt;alert(1)&lt;/script&gt;", "&quot; onload=&quot;z", "]]&gt;",
            "\\xff\\xfe&lt;b&gt;", "\\xe2\\x80\\xaegpj.exe", "&amp;lt;i&amp;gt;",
        ] {
            #expect(page.contains(name), "\(name)")
        }
        try await Shell.write(Array(page.utf8), to: pair.scratch["page.html"])
        // What an HTML parser makes of it: none of the elements and attributes of the names.
        let found = try await Shell.run(
            """
            xmllint --html --nowarning --xpath 'concat(count(//script), " ", count(//img), " ",
                count(//u), " ", count(//@*[starts-with(name(), "on")]), " ", count(//title) > 2,
                " ", count(//@src))' page.html 2> /dev/null
            """, in: pair.scratch.path)
        #expect(found == "0 0 0 0 true 0\n")
    }

    @Test func `a page fetches nothing`() async throws {
        let page = try await ImagePair(Self.changes).page()
        for word in ["http:", "https:", "src=", "@import", "url(h", "<script", "<link", "<iframe"] {
            #expect(!page.contains(word), "\(word)")
        }
        #expect(page.contains("default-src 'none'"))
    }
}
