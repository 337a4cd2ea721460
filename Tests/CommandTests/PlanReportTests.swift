import TestKit
import Testing

/// --dry-run and the reports.
@Suite struct PlanReportTests {
    private static let tree = """
        mkdir -p tree/folder; seq 1 60000 > tree/file; truncate -s 3M tree/hole
        for i in $(seq 300); do echo $i > tree/folder/a-name-of-some-length-$i; done
        options="--root tree --no-check --format json"

        """

    @Test func `a dry run writes nothing`() async throws {
        let workshop = try await Workshop()
        try await workshop.succeed(Self.tree + "echo older > out/image")
        let before = try await workshop.leftovers()
        let text = try await workshop.succeed(
            "$assay build --root tree --dry-run -o out/image; $assay build --root tree --dry-run")
        #expect(text.contains("size ") && text.contains("first boot "))
        #expect(try await workshop.leftovers() == before)
    }

    @Test(arguments: ["", "--digest", "--free-space 200M --jobs 3", "--no-journal --size 64M"])
    func `the plan has the numbers of the image that is built`(options: String) async throws {
        let workshop = try await Workshop()
        try await workshop.succeed(
            Self.tree + """
                keys='{bytes, blocks, inodes, files, layout, usage, slack}'
                $assay build $options \(options) --dry-run | jq -S "$keys" > plan
                $assay build $options \(options) -o out/image | jq -S "$keys" > built
                cmp plan built
                test $(stat -c %s out/image) = $(jq .bytes plan)
                # What dumpe2fs counts in the finished image.
                count() { dumpe2fs -h out/image 2> /dev/null | sed -n "s/^$1: *//p"; }
                test $(count 'Block count') = $(jq .blocks plan)
                test $(count 'Inode count') = $(jq .inodes plan)
                test $(count 'Free blocks') = $(jq .slack.free_blocks plan)
                test $(count 'Free inodes') = $(jq .slack.free_inodes plan)
                """)
    }

    @Test func `the JSON of a build has the keys that programs rely on`() async throws {
        let workshop = try await Workshop()
        let keys = try await workshop.succeed(
            Self.tree + """
                $assay build $options --digest -o $'out/im\\nage' > report
                jq -r 'keys_unsorted | join(" ")' report; jq -r '.slack | keys | join(" ")' report
                jq -r '.format, .image, (.phases | map(type) | unique[])' report
                test "$(jq -r .sha256 report)" = "$(sha256sum < out/im*age | cut -c1-64)"
                test "$(jq -r .root report)" = "$(
                    veritysetup format --salt - out/im*age tmp/hashes | sed -n 's/^Root hash:[\t ]*//p')"
                """)
        #expect(
            keys == """
                blocks bytes files format image inodes layout output_bytes phases root sha256 slack usage
                free_blocks free_inodes kernel_reserved_blocks max_online_bytes usable_blocks usable_bytes
                assay-build/1
                out/im\\nage
                number

                """)
    }

    @Test func `a report has no time in it but how long it took`() async throws {
        let workshop = try await Workshop()
        try await workshop.succeed(
            Self.tree + """
                for name in a b; do
                    $assay build $options --digest -o out/image | jq 'del(.phases)' > $name; sleep 1
                done
                cmp a b
                """)
    }
}
