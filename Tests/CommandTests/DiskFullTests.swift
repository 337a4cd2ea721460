import TestKit
import Testing

/// A full build disk, which users mistake for an image that is too small.
@Suite(.enabled(if: Workshop.isRoot, "needs root to mount a small disk"))
struct DiskFullTests {
    /// Builds to a tmpfs of so many KiB, inside a mount namespace; the listing of the disk follows the
    /// message.
    private static let attempt = """
        mkdir -p tree disk
        if [ ! -e tree/data ]; then
            openssl enc -aes-128-ctr -K 00 -iv 00 -in /dev/zero 2> /dev/null | head -c 600000 \
                > tree/data || true
            for i in $(seq 300); do mkdir tree/folder-with-a-name-$i; done
        fi
        attempt() {
            unshare --mount bash -c '
                mount -t tmpfs -o size=$1k none disk
                "$assay" build --root tree ${check---no-check} $options -o disk/$2 > report 2> message
                status=$?; ls -A disk > listing; exit $status' - "$@"
        }
        needed() { sed -n 's/.*disk needs \\([0-9]*\\) bytes more.*/\\1/p' message; }
        """

    @Test(arguments: [
        ("image", [0, 4, 40, 300, 1_000, 1_900]), ("image.zst", [4, 1_000]),
    ])
    func `the message says by how much, and the disk is left empty`(
        name: String, sizes: [Int]
    ) async throws {
        for size in sizes {
            let workshop = try await Workshop()
            let outcome = try await workshop.run(
                """
                \(Self.attempt)
                status=0; attempt \(max(size, 1)) \(name) || status=$?
                cat message >&2; cat listing report; exit $status
                """)
            #expect(outcome.status == 2, "\(size) KiB: \(outcome)")
            #expect(outcome.output.isEmpty)
            #expect(outcome.error.hasPrefix("assay: the build disk is full: disk needs "))
            #expect(outcome.error.contains("the image itself is large enough"), "\(outcome)")
        }
    }

    /// With a digest the metadata are written first, so that the disk is full there already.
    @Test(arguments: ["image", "image.zst"], ["", "--digest"])
    func `so much more is enough, and less is not`(name: String, options: String) async throws {
        let workshop = try await Workshop()
        try await workshop.succeed(
            """
            \(Self.attempt)
            export options=\(options)
            size=400
            # A compressed image beside the plain one is a second need, which shows only then.
            for round in 1 2; do
                if attempt $size \(name); then break; fi
                size=$((size + ($(needed) + 4095) / 4096 * 4))
                status=0; attempt $((size - 4)) \(name) || status=$?
                test $status = 2; test $(needed) -gt 0; test $(needed) -le 4096
            done
            attempt $size \(name); test "$(cat listing)" = \(name)
            """)
    }

    /// On a tmpfs to look at a hole takes memory.
    @Test func `so much more is enough to look at an image that just fits`() async throws {
        let workshop = try await Workshop()
        try await workshop.succeed(
            """
            \(Self.attempt)
            fails() { status=0; attempt "$@" || status=$?; test $status = 2; test -z "$(cat listing)"; }
            fails 400 image
            size=$((400 + ($(needed) + 4095) / 4096 * 4))
            attempt $size image
            export check=
            fails $size image
            attempt $((size + ($(needed) + 4095) / 4096 * 4)) image
            """)
    }

    /// The golden's two files lie elsewhere, and only there is no room.
    @Test(arguments: [4, 8])
    func `a full disk of the golden is not taken for the image's`(size: Int) async throws {
        let workshop = try await Workshop()
        let outcome = try await workshop.run(
            """
            mkdir -p tree disk elsewhere
            head -c 6000000 /dev/urandom > tree/data
            unshare --mount bash -c '
                mount -t tmpfs -o size=\(size)k none disk; status=0
                "$assay" build --root tree --golden disk/g.golden -o elsewhere/image || status=$?
                ls -A disk elsewhere >&2; exit $status'
            """)
        #expect(outcome.status == 2)
        #expect(
            outcome.error.contains("the disk of disk is full, and the golden's two files have 1"))
        #expect(outcome.error.hasSuffix("disk:\n\nelsewhere:\n"), "\(outcome)")
    }
}
