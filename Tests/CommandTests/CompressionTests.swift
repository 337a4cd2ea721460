import TestKit
import Testing

/// Images that are compressed on the way out.
@Suite struct CompressionTests {
    private static let tree = """
        mkdir tree; seq 1 900000 > tree/file
        build() { $assay build --root tree --no-check "$@" > /dev/null; }

        """

    private func succeed(_ script: String) async throws {
        let outcome = try await Workshop().run(Self.tree + script)
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test func `zstd gives back the image, whatever the number of jobs`() async throws {
        try await succeed(
            """
            build -o out/image
            for jobs in 1 2 3 8; do build --jobs $jobs -o out/$jobs.zst; done
            for jobs in 2 3 8; do cmp out/1.zst out/$jobs.zst; done
            zstd -qt out/1.zst; zstd -dqc out/1.zst | cmp - out/image
            # The table of the seekable format, with its number at the end.
            test "$(tail -c 4 out/1.zst | od -An -tx1)" = ' b1 ea 92 8f'
            test "$(ls -A out tmp | tr '\\n' ' ')" = 'out: 1.zst 2.zst 3.zst 8.zst image  tmp: '
            """)
    }

    @Test func `--compress compresses under any name, and the level counts`() async throws {
        try await succeed(
            """
            build -o out/image.zst; build --compress -o out/image; cmp out/image.zst out/image
            build --compression-level 3 -o out/three.zst; cmp out/image.zst out/three.zst
            build --compression-level 12 -o out/twelve.zst
            zstd -dqc out/twelve.zst | cmp - <(zstd -dqc out/image.zst)
            ! cmp -s out/image.zst out/twelve.zst
            """)
    }

    @Test func `the digest is that of the image, not of its compressed form`() async throws {
        try await succeed(
            """
            $assay build --root tree --no-check --digest --format json -o out/image.zst > report
            test "$(jq -r .sha256 report)" = "$(zstd -dqc out/image.zst | sha256sum | cut -c1-64)"
            test $(jq .output_bytes report) = $(stat -c %s out/image.zst)
            """)
    }
}
