import TestKit
import Testing

/// Store paths, with real Nix and a store of the test's own.
@Suite struct NixTests {
    /// Leaves `$user`, a store path that refers to `$base`, `$other`, which refers to nothing, and
    /// `info`, as the builder of nixpkgs' closureInfo makes it (pkgs/build-support/closure-info.nix).
    private static let store = #"""
        export NIX_STORE_DIR=$PWD/store NIX_STATE_DIR=$PWD/var NIX_LOG_DIR=$PWD/log
        export NIX_CONFIG=$'sandbox = false\nbuild-users-group =\nsubstituters ='
        echo base > base; echo other > other
        base=$(nix-store --add base); other=$(nix-store --add other)
        cat > all.nix <<'END'
        rec {
          make = name: script: more: derivation ({
            inherit name; system = builtins.currentSystem; builder = "/bin/bash";
            args = [ "-euc" script ]; PATH = "/usr/bin:/bin";
          } // more);
          user = make "user" ''
            mkdir -p $out/bin; echo ${./base} $out > $out/references; ln -s references $out/link
            seq 1 5000 > $out/a; cp $out/a $out/b; : > $out/empty
            printf '#!/bin/sh\n' > $out/bin/run; chmod +x $out/bin/run
          '' {};
          graph = make "graph" "
              . ./.attrs.sh; read -r line < .attrs.json || true; echo \"$line\" > \${outputs[out]}
            " { __structuredAttrs = true; exportReferencesGraph.closure = [ user ]; };
        }
        END
        # Nix kills a builder whose output has ended (`Pid::kill` in LocalDerivationGoal); on a busy
        # machine that can be before it has ended itself.
        realise() {
            local derivation; derivation=$(nix-instantiate all.nix -A $1 2> err)
            for try in {1..20}; do
                if nix-store --realise $derivation 2>> err; then return; fi
                sleep 0.5
            done
            cat err >&2; exit 1
        }
        user=$(realise user); graph=$(realise graph)
        mkdir info
        jq -r '.closure | map([.path, .narHash, .narSize, "", (.references | length)]
            + .references) | add | map("\(.)\n") | add' < $graph | head -n -1 > info/registration
        jq -r '.closure[].path' < $graph > info/store-paths
        build() { local name=$1; shift; $assay build --no-check "$@" -o out/$name > /dev/null; }

        """#

    private func outcome(_ script: String) async throws -> Outcome {
        try await Workshop().run(Self.store + script)
    }

    private func succeed(_ script: String) async throws {
        let outcome = try await outcome(script)
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test func `every way in gives the same image`() async throws {
        try await succeed(
            """
            build path --store-path $user
            ln -s $user result; build link --store-path result
            echo $user | build input --store-paths -
            printf '%s\\n%s\\n' $base $user > list; build list --store-paths list --jobs 3
            build info --closure-info info
            NIX_STATE_DIR=/nowhere build without-nix --closure-info info
            build twice --closure-info info --store-path $user
            for name in link input list info without-nix twice; do cmp out/path out/$name; done
            build more --store-path $user --store-path $other; ! cmp -s out/path out/more
            """)
    }

    @Test func `Nix loads the registration of the image, and finds the paths whole`() async throws {
        try await succeed(
            """
            $assay build --store-path $user --no-check -o out/image > /dev/null
            debugfs -R 'cat /nix-path-registration' out/image 2> /dev/null > registration
            cmp registration <(sed 's,^[0-9a-f]\\{64\\}$,&,' info/registration)
            mkdir -p rootfs; debugfs -R "rdump $NIX_STORE_DIR rootfs" out/image 2> /dev/null
            test "$(ls rootfs/store)" = "$(printf '%s\\n' ${base##*/} ${user##*/} | LC_ALL=C sort)"
            export NIX_STATE_DIR=$PWD/var2
            nix-store --load-db < registration
            nix-store --verify --check-contents 2> verified || { cat verified >&2; exit 1; }
            test "$(nix-store --query --requisites $user | sort)" \\
                = "$(printf '%s\\n' $base $user | sort)"
            """)
    }

    @Test func `a corrupt store path stops the build, unless nobody is to look`() async throws {
        let outcome = try await outcome(
            """
            chmod u+w $user/a; printf X | dd of=$user/a conv=notrunc status=none
            touch -d @1 $user/a; chmod a-w $user/a
            build unchecked --store-path $user --no-nar-check
            echo $user; ls out
            build checked --store-path $user
            """)
        #expect(outcome.status == 2)
        let user = outcome.output.split(separator: "\n").first ?? "?"
        #expect(outcome.output.hasSuffix("-user\nunchecked\n"), "\(outcome)")
        #expect(outcome.error.contains("assay: \(user) is corrupt"), "\(outcome)")
        #expect(outcome.error.contains("nix-store --repair-path"))
    }

    @Test(arguments: [
        (
            "sed -i '3s/.*/5/' info/registration; build image --closure-info info",
            "is registered with an archive of 5 bytes, but it has "
        ),
        (
            "mkdir -p over$user; touch over$user/more; build image --closure-info info --files over",
            ", and with --files over it has another. Take it out of one of them"
        ),
    ])
    func `a store path that is not what its registration says is named`(
        script: String, message: String
    ) async throws {
        let outcome = try await outcome(script)
        #expect(outcome.status == 2)
        #expect(outcome.error.contains(message), "\(outcome)")
        let passed = try await self.outcome(script + " --no-nar-check; ls out")
        #expect(passed.status == 0 && passed.output == "image\n", "\(passed)")
    }

    @Test func `an archive whose length nobody knows is no mistake`() async throws {
        try await succeed("sed -i 3s/.*/0/ info/registration; build image --closure-info info")
    }

    @Test(arguments: [
        ("touch -d @5 $user/a", "was modified at second 5, not 1"),
        ("chmod 0644 $user/bin/run; chmod 0500 $user/bin/run", "has mode 0500, not 0555"),
        ("chown 1234 $user/bin", "belongs to 1234:0, not to root"),
    ])
    func `a store path that is not as Nix leaves it is made so, or refused`(
        change: String, message: String
    ) async throws {
        guard Workshop.isRoot || !change.hasPrefix("chown") else { return }
        let outcome = try await outcome(
            """
            build before --store-path $user
            \(change)
            build after --store-path $user; cmp out/before out/after
            build strict --store-path $user --strict-store
            """)
        #expect(outcome.status == 2)
        #expect(outcome.error.contains(message), "\(outcome)")
        #expect(outcome.error.contains("Without --strict-store it is made so"))
    }

    @Test func `an optimised store gives the same image as a plain one`() async throws {
        try await succeed(
            """
            links() { debugfs -R "stat $user/a" out/$1 2> /dev/null | sed -n 's/.*Links: \\([0-9]*\\).*/\\1/p'; }
            for policy in split share; do build $policy --store-path $user --hard-links $policy; done
            build default --store-path $user
            nix-store --optimise 2> /dev/null
            test $(stat -c %h $user/a) -ge 3
            for policy in split share; do
                build $policy-linked --store-path $user --hard-links $policy
                cmp out/$policy out/$policy-linked
            done
            build keep --store-path $user --hard-links keep
            cmp out/default out/split
            test "$(links split) $(links share) $(links keep)" = '1 2 2'
            """)
    }

    @Test(arguments: [
        (
            "echo /etc/passwd >> info/store-paths",
            "info/store-paths:3: \"/etc/passwd\" is not a path"
        ),
        ("echo $other >> info/store-paths", "-other is part of the closure, but its registration"),
        ("sed -i 2s/.*/junk/ info/registration", "info/registration:2: \"junk\" is not a SHA-256"),
        ("sed -i 3s/.*/-1/ info/registration", "info/registration:3: "),
        (
            "head -n 3 info/registration > r; mv r info/registration",
            "info/registration:3: the text"
        ),
        ("rm info/registration", "cannot open info/registration: No such file"),
        ("rm info/store-paths", "cannot open info/store-paths: No such file"),
        ("echo \"$base\" > info/store-paths; sed -i 1,5d info/registration", "registration"),
    ])
    func `a closure-info that is not whole stops the build`(
        change: String, message: String
    ) async throws {
        let outcome = try await outcome(
            "\(change)\nstatus=0; build image --closure-info info || status=$?; ls out; exit $status"
        )
        #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome)")
        #expect(outcome.error.contains(message), "\(outcome)")
    }

    @Test func `a path that Nix does not know is an error in Nix's own words`() async throws {
        let outcome = try await outcome("build image --store-path $NIX_STORE_DIR/${base##*/}x")
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("nix-store --query --requisites failed"), "\(outcome)")
    }
}
