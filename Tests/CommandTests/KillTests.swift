import TestKit
import Testing

/// A kill at any moment leaves nothing behind; one that can be noticed gets a message.
@Suite struct KillTests {
    /// Where the command waits for the signal, as a script that starts it in the background, makes
    /// `reached` when it is there, and leaves its number in `$process`.
    struct Moment: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let script: String

        init(_ description: String, _ script: String) {
            testDescription = description
            self.script = script
        }

        /// Stops at a system call, before it is made.
        static func at(call: String, _ description: String, when: Int = 1, options: String = "")
            -> Moment
        {
            // Threads that end leave lines of their own in the trace.
            let name = call.hasPrefix("/^") ? String(call.dropFirst(2)) : call
            return Moment(
                description,
                """
                strace -f -o trace -e trace=\(call) \
                    -e inject=\(call):delay_enter=15000000:when=\(when) \
                    "$assay" build --root tree --no-check \(options) -o "$image" &
                until [ "0$(grep -cs '  *\(name)' trace)" -ge \(when) ]; do sleep 0.02; done
                process=$(sed -n 's/ *\(name).*//p' trace | head -n 1); touch reached
                """)
        }
    }

    static let moments = [
        Moment(
            "while commands of --populate run",
            """
            $assay build --root tree --populate "touch $PWD/reached; exec sleep 10" -o "$image" &
            process=$!
            """),
        Moment.at(call: "ftruncate", "before the image is written"),
        Moment.at(call: "pwrite64", "while the image is written", when: 2),
        Moment.at(call: "fsync", "before the image is synced"),
        Moment.at(call: "fsync", "before a compressed image is synced", options: "--compress"),
        Moment.at(
            call: "fsync", "before the blocks of a golden are synced", when: 2,
            options: "--golden out/image.golden"),
        Moment.at(
            call: "fsync", "before a golden is synced", when: 3,
            options: "--golden out/image.golden"),
        // strace -D leaves the command its process number, so that the hidden name is known before.
        Moment(
            "before the image is synced, where there are no unnamed files",
            """
            bash -c 'exec strace -D -f -o trace -P out -P "$PWD/out/.image.assay-$$" \
                -e trace=openat,fsync -e inject=openat:error=EOPNOTSUPP:when=1 \
                -e inject=fsync:delay_enter=15000000 \
                "$assay" build --root tree --no-check -o out/image' &
            process=$!
            until grep -qs fsync trace; do sleep 0.02; done
            ls -A out | grep -q '^[.]image'; touch reached
            """),
    ]

    /// When it is too late for a signal that can be noticed.
    static let tooLate = [
        Moment.at(call: "/^rename", "before an older image is replaced"),
        // A call that takes its time is the last line of the trace, without an end.
        Moment(
            "while the golden and the image get their names",
            """
            strace -f -o trace -e trace=linkat -e inject=linkat:delay_enter=15000000:when=2 \
                "$assay" build --root tree --no-check --golden out/image.golden -o "$image" &
            until [ "$(grep -cs linkat trace)" = 2 ]; do sleep 0.02; done
            process=$(sed -n 's/ *linkat.*//p' trace | head -n 1); touch reached
            """),
    ]

    private func outcome(of signal: String, at moment: Moment) async throws -> Outcome {
        let workshop = try await Workshop()
        try await workshop.succeed("mkdir tree; seq 1 100000 > tree/file; echo older > out/image")
        let before = try await workshop.leftovers()
        let outcome = try await workshop.run(
            """
            set -m
            image=out/image
            \(moment.script)
            until [ -e reached ]; do sleep 0.02; done
            kill -\(signal) $process
            status=0; wait $! 2> /dev/null || status=$?
            # Who removes what is left works on for a moment.
            for i in $(seq 100); do
                left=$(find tmp -mindepth 1; find out -mindepth 1 ! -name image)
                if [ -z "$left" ]; then break; fi; sleep 0.05
            done
            exit $status
            """)
        #expect(try await workshop.leftovers() == before, "\(moment)")
        return outcome
    }

    /// Every moment once, the first two with every signal.
    private static let signals =
        moments.map { ("INT", $0) } + moments.prefix(2).flatMap { [("TERM", $0), ("HUP", $0)] }

    @Test(arguments: signals)
    func `a signal is trouble, and nothing is left behind`(signal: String, moment: Moment)
        async throws
    {
        let outcome = try await outcome(of: signal, at: moment)
        #expect(outcome.status == 2, "\(outcome)")
        #expect(
            outcome.error.contains(
                "assay: stopped by SIG\(signal); the image out/image is unfinished and thrown away"),
            "\(outcome)")
    }

    @Test(arguments: tooLate)
    func `a signal that comes while the image is named comes too late`(moment: Moment) async throws
    {
        let workshop = try await Workshop()
        try await workshop.succeed(
            """
            mkdir tree; seq 1 100000 > tree/file; image=out/image; set -m
            case '\(moment.testDescription)' in *older*) echo older > $image;; esac
            \(moment.script)
            until [ -e reached ]; do sleep 0.02; done
            kill -INT $process; wait $!
            $assay check $image; test -z "$(ls -A tmp)"
            case '\(moment.testDescription)' in
            *older*) test "$(ls -A out)" = image;;
            *) $assay verify $image --golden out/image.golden; test $(ls -A out | wc -l) = 3;;
            esac
            """)
    }

    /// Some of the programs ignore what can be ignored, and one has left its parent.
    @Test(arguments: ["TERM", "QUIT", "KILL", "none"])
    func `what the commands of --populate started ends with them`(signal: String) async throws {
        let workshop = try await Workshop()
        let wait = signal == "none" ? "" : "sleep 100"
        let outcome = try await workshop.run(
            """
            set -m
            cat > commands <<'END'
            bash -c 'trap "" TERM HUP INT; echo $$ > ../../../started; while :; do sleep 0.1; done' &
            (bash -c 'echo $$ > ../../../orphan; exec sleep 100' &)
            until [ -s ../../../started ] && [ -s ../../../orphan ]; do sleep 0.02; done
            touch files/done ../../../reached; \(wait)
            END
            $assay build --populate "$(cat commands)" -o out/image > /dev/null &
            until [ -e reached ]; do sleep 0.02; done
            if [ \(signal) != none ]; then kill -\(signal) $!; fi
            status=0; wait $! || status=$?
            for i in $(seq 100); do
                left=0
                for process in $(cat started orphan); do
                    # A child of nobody may be dead and not yet waited for.
                    state=$(sed 's/.*) //; s/ .*//' /proc/$process/stat 2> /dev/null || true)
                    case $state in ''|Z|X) ;; *) left=1;; esac
                done
                # Who removes the folder they ran in works on for a moment.
                if [ $left = 0 ] && [ -z "$(ls -A tmp)" ]; then break; fi; sleep 0.05
            done
            ls -A tmp; test $left = 0; exit $status
            """)
        let statuses = ["TERM": 2, "QUIT": 2, "KILL": 137, "none": 0]
        #expect(outcome.status == statuses[signal], "\(outcome)")
        #expect(outcome.output.isEmpty, "\(outcome)")
    }

    /// The report goes to a pipe that nobody reads.
    @Test func `a signal ends a command that waits after its work is done`() async throws {
        let workshop = try await Workshop()
        let outcome = try await workshop.run(
            """
            mkdir tree; mkfifo pipe; exec 3<> pipe
            timeout 1 yes >&3 || true
            $assay build --root tree -o out/image > pipe &
            until [ -e out/image ]; do sleep 0.02; done
            sleep 0.2; kill -TERM $!; status=0; wait $! || status=$?
            exec 3>&-; exit $status
            """)
        #expect(outcome.status == 128 + 15, "\(outcome)")
    }

    @Test(arguments: moments + tooLate.prefix(1))
    func `a kill leaves nothing behind either`(moment: Moment) async throws {
        #expect(try await outcome(of: "KILL", at: moment).status == 137)
    }

    @Test func `a kill after any time leaves nothing or the whole image`() async throws {
        let workshop = try await Workshop()
        try await workshop.succeed(
            """
            mkdir tree; for i in $(seq 300); do seq $i 1000 > tree/$i; done
            $assay build --root tree --no-check -o whole > /dev/null
            for delay in 0.005 0.01 0.015 0.02 0.025 0.03 0.035 0.04 0.05 0.06 0.08 0.1 0.15 0.2; do
                timeout -s KILL $delay $assay build --root tree --no-check -o out/image \
                    > /dev/null 2>&1 || true
                if [ -e out/image ]; then cmp whole out/image; rm out/image; fi
                test -z "$(ls -A out tmp | grep -v :)"
            done
            """)
    }

    @Test func `a signal that is ignored stays ignored`() async throws {
        let workshop = try await Workshop()
        try await workshop.succeed(
            """
            mkdir tree; trap '' INT HUP
            $assay build --root tree --no-check --populate "touch $PWD/reached; sleep 0.5" \
                -o out/image > /dev/null &
            until [ -e reached ]; do sleep 0.02; done
            kill -INT $!; kill -HUP $!; wait $!; test -s out/image
            """)
    }
}
