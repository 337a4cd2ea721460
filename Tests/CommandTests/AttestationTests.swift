import TestKit
import Testing

/// What statements say of files that are not the image itself, and what is not blessed.
@Suite struct AttestationTests {
    private func workshop() async throws -> Workshop {
        let workshop = try await Workshop()
        try await workshop.succeed(
            """
            mkdir tree; seq 1 20000 > tree/numbers
            $assay build --root tree --free-space 4M --free-inodes 100 --golden out/a.golden \
                -o out/a.img > /dev/null
            """)
        return workshop
    }

    @Test func `the subject of a compressed image is the file that is shipped`() async throws {
        try await workshop().succeed(
            """
            zstd -q out/a.img -o out/b.img.zst
            $assay verify out/a.img out/b.img.zst --golden out/a.golden --attest r > /dev/null
            plain=$(sha256sum < out/a.img | cut -c 1-64)
            file=$(sha256sum < out/b.img.zst | cut -c 1-64)
            jq -e --arg plain $plain --arg file $file '.subject | .[0].digest.sha256 == $plain
                and .[1].digest.sha256 == $file and .[1].annotations.imageSha256 == $plain
                and .[0].annotations == null and .[0].digest.dmVerityRoot == .[1].digest.dmVerityRoot' r
            """)
    }

    @Test func `a quick pass is stated as one`() async throws {
        try await workshop().succeed(
            """
            $assay verify out/a.img --attest whole > /dev/null
            $assay verify out/a.img --quick --attest quick > /dev/null
            jq -e '.predicate.passedTests == ["out/a.img"]' whole
            jq -e '.predicate.passedTests == ["out/a.img (quick: size and root)"]' quick
            """)
    }

    @Test func `a promise that is not kept is not blessed, and a broken image with a word`()
        async throws
    {
        let workshop = try await workshop()
        let record = "$assay golden record out/a.img -o out/b.golden"
        let few = try await workshop.run("\(record) --free-inodes 99999")
        #expect(few.status == 4, "\(few)")
        #expect(few.error.contains("the promise is not kept"))
        #expect(try await workshop.run("ls out/b.golden").status == 2)
        let broken = try await workshop.run(
            "debugfs -w -R 'freei <11>' out/a.img 2> /dev/null; \(record)")
        #expect(broken.status == 0, "\(broken)")
        #expect(broken.error.contains("warning: not a sound file system, so verify will fail it"))
    }
}
