import TestKit
import Testing

/// What the size promises, kept on a first boot: by a kernel of its own in QEMU, as root, with
/// nothing that this machine's kernel or our own checker could hide.
@Suite(
    .serialized,
    .enabled("needs QEMU, busybox-static and Debian's cloud kernel", { await Guest.isHere }))
struct FirstBootTests {
    @Test(arguments: [
        "--free-space 32M", "--free-space 200M --free-inodes 20000 --no-journal",
        "--free-space 5M --free-inodes 100 --journal-size 4M",
    ])
    func `a first boot can write what was promised, and the image grows while it is mounted`(
        options: String
    ) async throws {
        let workshop = try await Workshop()
        let text = try await workshop.succeed(
            """
            mkdir -p tree/etc; echo host > tree/etc/hostname; seq 30000 > tree/numbers
            $assay build --root tree \(options) --format json -o out/image > build.json
            truncate -s 3G out/image
            cat > commands <<'END'
            cat etc/hostname; md5sum < numbers
            dd if=/dev/zero of=fill bs=4096 2>/dev/null || true
            sync; stat -c '%s %b' fill; rm fill
            mkdir new; cd new; seq INODES | xargs touch; ls | wc -l; cd ..; rm -r new
            resize2fs /dev/vda 2>&1 | grep -o 'on-line resizing'
            stat -f -c '%b %s' /mnt; md5sum < numbers; echo grown > grown
            END
            sed -i "s/INODES/$(($(jq .slack.free_inodes build.json) - 1))/" commands
            "\(Guest.script)" out/image < commands
            e2fsck -fn out/image > fsck 2>&1 || { cat fsck; exit 1; }
            $assay check out/image > check || { cat check; exit 1; }
            jq '.slack.usable_bytes, .slack.free_inodes' build.json; md5sum < tree/numbers
            """)
        let lines = text.split(separator: "\n").map(String.init)
        try #require(lines.count == 10, "\(text)")
        let (inodes, sum) = (lines[8], lines[9])
        let usable = try #require(Int(lines[7]))
        let fill = lines[2].split(separator: " ").compactMap { Int($0) }
        try #require(fill.count == 2)
        #expect(lines[0] == "host")
        #expect(lines[1] == sum && lines[6] == sum)
        // To the block. A busy guest writes back in between, and the extents that come of that may take one
        // of the blocks.
        #expect(fill[1] * 512 == usable)
        #expect([0, 4096].contains(usable - fill[0]))
        #expect(Int(lines[3]).map { $0 + 1 } == Int(inodes))
        #expect(lines[4] == "on-line resizing")
        let size = lines[5].split(separator: " ").compactMap { Int($0) }
        #expect(size.reduce(1, *) > 2_800_000_000)
    }
}
