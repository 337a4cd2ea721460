import HostSystem
import TestKit
import Testing

/// docs/golden.md, "Inputs", once more in another language: as a stranger would write it.
private let stranger = #"""
    import hashlib, os, stat, uuid

    def sha(data): return hashlib.sha256(data).digest()

    def root(data):
        level = [sha(data[at:at + 4096].ljust(4096, b"\0")) for at in range(0, len(data), 4096)]
        while len(level) > 1:
            level = [sha(b"".join(level[at:at + 128]).ljust(4096, b"\0")) for at in range(0, len(level), 128)]
        return level[0].hex()

    def escape(data):
        return "".join(chr(b) if 0x21 <= b <= 0x7E and b != 0x5C else "\\x%02x" % b for b in data)

    lines, seen = [], {}

    def walk(path, host):
        here = os.lstat(host)
        kind = {stat.S_IFREG: "file", stat.S_IFDIR: "dir", stat.S_IFLNK: "link", stat.S_IFIFO: "fifo"}[stat.S_IFMT(here.st_mode)]
        if kind == "file" and here.st_nlink > 1:
            if here.st_ino in seen:
                lines.append("entry %s hardlink=%s" % (escape(path), escape(seen[here.st_ino])))
                return
            seen[here.st_ino] = path
        mode = 0o777 if kind == "link" else here.st_mode & 0o7777
        line = "entry %s type=%s mode=0%o uid=0 gid=0" % (escape(path), kind, mode)
        if kind == "file":
            data = open(host, "rb").read()
            line += " size=%d" % len(data) + (" content=" + root(data) if data else "")
        if kind == "link": line += " link=" + escape(os.readlink(host))
        lines.append(line)
        if kind == "dir":
            names = set(os.listdir(host)) | ({b"lost+found"} if path == b"/" else set())
            for name in sorted(names):
                below = (path if path == b"/" else path + b"/") + name
                if below == b"/lost+found":
                    lines.append("entry /lost+found type=dir mode=0700 uid=0 gid=0")
                else:
                    walk(below, host + b"/" + name)

    walk(b"/", b"tree")
    sources = sha(("\n".join(lines) + "\n").encode()).hex()
    default = uuid.UUID("44444444-4444-4444-8888-888888888888")
    recipe = """assay-recipe 1
    layout 1
    label "a\\x20b"
    uuid %s
    hash-seed %s
    epoch 7
    timestamps pin
    free-inodes 100
    free-bytes 4194304
    align 1048576
    size smallest
    reserved-percent 5
    journal 1024
    owner root
    hard-links default
    xattr user.*
    """ % (default.hex, uuid.uuid5(default, "assay hash seed").hex)
    recipe = "\n".join(line.strip() for line in recipe.split("\n"))
    open("lines", "w").write("\n".join(lines) + "\n")
    print("inputs recipe=%s sources=%s" % (sha(recipe.encode()).hex(), sources))
    """#

/// A workshop with a recipe, an image out/a.img built from it, and its golden.
private func workshop() async throws -> Workshop {
    let workshop = try await Workshop()
    try await workshop.succeed(
        """
        mkdir -p tree/etc; echo host > tree/etc/hostname; seq 1 200000 > tree/numbers
        printf '%s\\n' '--root tree' '--free-space 4M' '--free-inodes 100' > r.recipe
        $assay build --recipe r.recipe -o out/a.img --golden out/a.golden > /dev/null
        """)
    return workshop
}

@Suite struct InputsTests {
    @Test func `a stranger computes the same digests from the specification`() async throws {
        let workshop = try await Workshop()
        try await workshop.succeed(
            """
            mkdir -p 'tree/a b' tree/empty; echo host > 'tree/a b/host\\name'; : > tree/empty-file
            seq 1 200000 > tree/numbers; truncate -s 3M tree/hole; echo end >> tree/hole
            ln tree/numbers tree/a-link; ln -s ../x 'tree/a b/link'; mkfifo tree/pipe
            head -c 12288 /dev/zero > tree/zeros; head -c 4097 /dev/zero > tree/more
            printf x >> tree/zeros; chmod 4750 tree/pipe tree/numbers; chmod 1777 tree/empty
            cat > stranger.py << 'END'
            \(stranger)
            END
            printf '%s\\n' '--root tree' '--label a b' '--free-space 4M' '--free-inodes 100' \
                '--journal-size 4M' '--epoch 7' '--xattr user.*' > r.recipe
            $assay build --recipe r.recipe -o out/a.img --golden out/a.golden > /dev/null
            grep '^inputs ' out/a.golden > ours
            python3 stranger.py > theirs
            diff ours theirs
            # And what comes out has the digests of what went in.
            $assay golden record out/a.img -o out/t.golden --tree > /dev/null
            contents='s/^\\(entry [^ ]*\\) .*\\(content=[0-9a-f]*\\).*/\\1 \\2/p'
            sed -n "$contents" lines > went-in; sed -n "$contents" out/t.golden > came-out
            test "$(wc -l < went-in)" -ge 5; diff went-in came-out
            """)
    }

    @Test func `what reaches no byte is no input`() async throws {
        try await workshop().succeed(
            """
            cp -a tree other; rm other/numbers; seq 1 200000 > other/numbers; touch -d @5 other/etc
            $assay build --root other --free-space 4096K --free-inodes 100 --jobs 1 --no-check \
                --compress -o out/b.img.zst --golden out/b.golden > /dev/null
            diff <(grep '^inputs ' out/a.golden) <(grep '^inputs ' out/b.golden)
            """)
    }

    /// What happens to the inputs, what the image is built with then, and what verify answers.
    static let changes = [
        ("true", "--label X", "inputs: the recipe changed since the golden was taken, the sources"),
        ("true", "--free-inodes 400", "inputs: the recipe changed"),
        ("echo >> tree/numbers", "", "inputs: the sources changed since the golden was taken, the"),
        ("chmod 600 tree/etc/hostname", "", "inputs: the sources changed"),
        ("mv tree/etc tree/ets", "--epoch 9", "inputs: the recipe and the sources changed"),
    ]

    @Test(arguments: changes)
    func `verify tells which inputs changed`(
        change: String, option: String, answer: String
    ) async throws {
        let workshop = try await workshop()
        try await workshop.succeed(
            """
            \(change); [ -z '\(option)' ] || echo '\(option)' >> r.recipe
            $assay build --recipe r.recipe -o out/b.img --golden out/b.golden > /dev/null
            """)
        for inputs in ["r.recipe", "out/b.golden"] {
            let outcome = try await workshop.run(
                "$assay verify out/b.img --golden out/a.golden --no-pending --inputs \(inputs)")
            #expect(outcome.status == 1)
            #expect(outcome.output.contains(answer), "\(inputs): \(outcome.output)")
        }
    }

    @Test func `the same inputs and other bytes are a build that does not repeat`() async throws {
        let workshop = try await workshop()
        let outcome = try await workshop.run(
            """
            cp out/a.img out/b.img; printf X | dd of=out/b.img bs=1 seek=1144 conv=notrunc status=none
            $assay verify out/b.img --golden out/a.golden --no-pending --inputs r.recipe --format json
            """)
        #expect(outcome.output.contains(#""changed": "same""#))
        let review = try await workshop.run(
            """
            echo '--label X' >> r.recipe
            $assay build --recipe r.recipe -o out/c.img --golden out/c.golden > /dev/null
            cp out/c.golden out/a.golden.new; cp out/c.blocks out/a.blocks.new
            $assay golden review out/a.golden
            """)
        #expect(review.output.contains("inputs: the recipe changed"))
    }

    @Test func `inputs are not looked at without need, and not made up`() async throws {
        let workshop = try await workshop()
        let verify = "$assay verify --golden out/a.golden --no-pending"
        let populate = "echo \"--populate touch $PWD/ran\" >> r.recipe"
        #expect(
            try await workshop.run("\(populate); \(verify) out/a.img --inputs r.recipe").status == 0
        )
        #expect(try await workshop.run("ls ran").status != 0)
        #expect(try await workshop.run("\(verify) out/a.img --inputs missing").status == 2)
        #expect(
            try await workshop.run("\(verify) out/a.img out/a.img --inputs r.recipe").status == 64)
        let unknown = try await workshop.run(
            """
            cp out/a.img out/b.img; printf X | dd of=out/b.img bs=1 seek=1144 conv=notrunc status=none
            $assay verify out/b.img --golden out/a.golden --no-pending --inputs out/a.golden || true
            $assay golden record out/a.img -o out/bare.golden
            $assay verify out/b.img --golden out/bare.golden --no-pending --inputs r.recipe
            """)
        #expect(unknown.output.contains("the golden given with --inputs is that of another image"))
        #expect(unknown.output.contains("the golden has no inputs line"))
    }

    @Test func `recording with a recipe keeps its inputs, layout and promise`() async throws {
        try await workshop().succeed(
            """
            $assay golden record out/a.img -o out/b.golden --recipe r.recipe
            diff out/a.golden out/b.golden
            ls > listing; ! grep rebuilt listing
            """)
    }
}
