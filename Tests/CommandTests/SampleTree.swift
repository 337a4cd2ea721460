import HostSystem
import SystemPackage
import TestKit
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A tree with one of everything, in `tree` of a workshop, and the image that it gives.
struct SampleTree: Sendable {
    let folder: ScratchFolder
    /// The SHA-256 of the image that was built of it in the plainest way.
    let digest: String

    /// The tree of the suite that runs.
    @TaskLocal static var current: SampleTree?

    /// Options that every build of the tree is given, for a shell.
    static let options = "--xattr 'user.assay.*' --epoch 86400"

    private init() async throws {
        let workshop = try await Workshop()
        try await workshop.succeed(Self.script)
        let socket = workshop.scratch["tree/socket"].string
        guard mknod(socket, S_IFSOCK | 0o644, 0) == 0 else { throw Errno(rawValue: errno) }
        // The reference is the one build that is checked: e2fsck prints no problem.
        try await workshop.succeed("$assay build --root tree \(Self.options) -o out/image")
        folder = workshop.scratch
        digest = try await workshop.digest("out/image")
    }

    /// Whether names, links and holes of every kind are made by somebody who is root, who alone can
    /// make devices.
    private static let script = #"""
        mkdir tree; cd tree
        mkdir -p linear 'deep/a/b/c/d/e/f/g' hashed times empty-folder
        seq 1 100000 > large
        printf 'small\n' > small
        : > empty
        # Holes: made by seeking, written as zeros, in the middle of a small file, at its end.
        truncate -s 9M sparse; printf data | dd of=sparse bs=1 seek=5000000 conv=notrunc status=none
        { seq 1 3000; head -c 200000 /dev/zero; seq 1 3000; } > zeros
        { printf start; head -c 20000 /dev/zero; printf end; } > small-with-hole
        { printf start; head -c 20000 /dev/zero; } > small-with-end
        for i in $(seq 20); do echo $i > linear/$i; done
        for i in $(seq 700); do echo $i > hashed/a-rather-long-name-of-a-file-$i; done
        echo one > 'deep/a/b/c/d/e/f/g/leaf'
        ln small linear/hard-link; ln small deep/another
        ln -s small fast
        ln -s "$(printf 'x%.0s' $(seq 59))" fast-59
        ln -s "$(printf 'x%.0s' $(seq 60))" slow-60
        # As long as every file system takes it.
        ln -s "$(printf 'dir/%.0s' $(seq 230))" slow-920
        mkdir names; cd names
        : > ' '; : > -; : > -rf; : > '"'; : > "'"; : > '*'; : > $'new\nline'; : > $'\e[2J'
        : > $'\xff\xfe'; : > $'caf\u00e9'; : > $'cafe\u0301'; : > $'\u202egnp'; : > '\'; : > ...
        : > "$(printf 'n%.0s' $(seq 255))"
        cd ..
        setfattr -n user.assay.note -v 'kept' small
        setfattr -n user.assay.empty linear
        setfattr -n user.assay.long -v "$(printf 'v%.0s' $(seq 900))" large
        setfattr -n user.other -v 'not asked for' small
        chmod 4755 linear/1; chmod 1777 times; chmod 0600 linear/2; chmod 0 linear/3
        touch -d @1000000000.123456789 times/past; touch -d @3000000000 times/future
        mkfifo fifo
        if [ $(id -u) = 0 ]; then
            mknod character c 1 3; mknod block b 259 300
            chown 1234:70000 linear/4
            # Somebody else must be able to read it all.
            chmod 0644 linear/2 linear/3
        fi
        """#

    /// Makes the tree before the tests of a suite and removes it after them.
    struct Scope: SuiteTrait, TestScoping {
        func provideScope(
            for test: Test, testCase: Test.Case?,
            performing function: @concurrent @Sendable () async throws -> Void
        ) async throws {
            let tree = try await SampleTree()
            try await SampleTree.$current.withValue(tree) { try await function() }
        }
    }
}

extension SuiteTrait where Self == SampleTree.Scope {
    /// The suite uses ``SampleTree/current``.
    static var sampleTree: Self { Self() }
}
