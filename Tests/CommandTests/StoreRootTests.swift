import TestKit
import Testing

/// `--store-root`: a Nix store below a folder, as `nix --store` has it.
@Suite struct StoreRootTests {
    /// Leaves a chroot store in `home`, with `$user`, which refers to `$base`; `recipes/closure`, the
    /// folder of a repository: nix/store, its closureInfo, and a recipe beside it.
    private static let store = #"""
        export NIX_CONFIG=$'sandbox = false\nbuild-users-group =\nsubstituters ='
        nix() { nix-store --store "$PWD/home" "$@"; }
        mkdir tree; echo base > base; base=$(nix --add base)
        mkdir user; echo $base > user/references; seq 1 5000 > user/a; ln -s a user/link
        printf '#!/bin/sh\n' > user/run; chmod +x user/run
        # A path that is added refers to nothing, so Nix is told what it refers to.
        user=$(nix --add user)
        nix --dump-db $base $user > dump
        { sed -n 1,5p dump; sed -n '6,9p' dump; echo 1; echo $base; } > whole
        nix --load-db < whole
        mkdir -p recipes/closure/info
        cp -a home/nix recipes/closure/nix; rm -rf recipes/closure/nix/var recipes/closure/nix/store/.links
        printf '%s\n' $base $user > recipes/closure/info/store-paths
        nix --dump-db $base $user > recipes/closure/info/registration
        printf '%s\n' '--closure-info closure/info' '--store-root closure' '--free-space 4M' \
            '--free-inodes 100' > recipes/image.recipe
        build() { local name=$1; shift; $assay build --free-space 4M --free-inodes 100 "$@" -o out/$name > /dev/null; }

        """#

    private func outcome(_ script: String) async throws -> Outcome {
        try await Workshop().run(Self.store + script)
    }

    private func succeed(_ script: String) async throws {
        let outcome = try await outcome(script)
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test func `a store gives the same image wherever it is`() async throws {
        try await succeed(
            """
            NIX_REMOTE=$PWD/home build remote --store-path $user
            test "$(nix --query --requisites $user | sort)" = "$(printf '%s\\n' $base $user | sort)"
            build path --store-root home --store-path $user
            (cd home; ln -s ../out; build dot --store-root . --store-path $user)
            ln -s home linked; ln -s $user result
            build linked --store-root linked --store-path result
            echo $user | build list --store-root home/ --store-paths -
            build info --store-root recipes/closure --closure-info recipes/closure/info
            build both --store-root home --store-path $user --closure-info recipes/closure/info
            build recipe --recipe recipes/image.recipe
            for name in path dot linked list info both recipe; do cmp out/remote out/$name; done
            debugfs -R "cat $user/references" out/path 2> /dev/null | grep -qx $base
            """)
    }

    @Test func `what the environment says of stores does not count`() async throws {
        try await succeed(
            """
            build path --store-root home --store-path $user
            export NIX_REMOTE=/nowhere NIX_STORE_DIR=$PWD/other NIX_STORE=$PWD/more NIX_STATE_DIR=$PWD/state
            build variables --store-root home --store-path $user
            build info --store-root recipes/closure --closure-info recipes/closure/info
            cmp out/path out/variables; cmp out/path out/info
            test ! -e other -a ! -e more -a ! -e state
            """)
    }

    @Test func `a store in another place with the same content is the same input`() async throws {
        try await succeed(
            """
            build a.img --recipe recipes/image.recipe --golden out/a.golden
            build b.img --store-root home --store-path $user --golden out/b.golden
            grep '^inputs recipe=' out/a.golden; cmp out/a.golden out/b.golden
            build c.img --store-root home --store-path $base --golden out/c.golden
            ! diff <(grep '^inputs ' out/a.golden) <(grep '^inputs ' out/c.golden)
            """)
    }

    @Test(arguments: ["--store-path $user", "--closure-info recipes/closure/info"])
    func `a corrupt path is named by its place`(source: String) async throws {
        let outcome = try await outcome(
            """
            place=home$user; chmod u+w home/nix/store $place $place/a
            printf X | dd of=$place/a conv=notrunc status=none
            echo $place; build image --store-root home \(source)
            """)
        let place = outcome.output.split(separator: "\n").first ?? "?"
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("assay: \(place) is corrupt"), "\(outcome)")
    }

    @Test(arguments: [
        (
            "--store-root missing", 2,
            "there is no Nix store in missing: cannot open missing: No such"
        ),
        (
            "--store-root tree", 2,
            "there is no Nix store in tree: cannot open tree/nix/store: No such"
        ),
        (
            "--store-root base", 2,
            "there is no Nix store in base: cannot open base/nix/store: Not a dir"
        ),
        ("--store-root ''", 64, "--store-root names nothing"),
        ("--store-root recipes/closure", 2, "nix-store --store local?root=/"),
    ])
    func `a root without the store is refused`(
        options: String, status: Int, message: String
    ) async throws {
        let outcome = try await outcome(
            "status=0; build image --store-path $user \(options) || status=$?; ls out tree missing 2> /dev/null || true; exit $status"
        )
        #expect(outcome.status == status && outcome.output == "out:\n\ntree:\n", "\(outcome)")
        #expect(outcome.error.contains(message), "\(outcome)")
    }

    @Test func `a path that is not in the store is named by its place`() async throws {
        let outcome = try await outcome(
            """
            chmod -R u+w recipes; rm -r recipes/closure$user
            build image --recipe recipes/image.recipe
            """)
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("recipes/closure/nix/store/"), "\(outcome)")
    }

    @Test func `a root without a store path is a mistake`() async throws {
        let outcome = try await outcome("build image --root tree --store-root home")
        #expect(outcome.status == 64)
        #expect(outcome.error.contains("--store-root says where store paths are"), "\(outcome)")
    }
}
