import TestKit
import Testing

@testable import Difference

/// Files whose every number may lie: the look into them ends, and traps nowhere.
@Suite struct HostileContentTests {
    /// Well-formed starts, by the tools or by hand.
    private static func samples() async throws -> [[UInt8]] {
        let scratch = try ScratchFolder()
        try await Shell.run(
            """
            seq 300 > text; gzip -c text > 0; zstd -q text -o 1
            echo one > one.o; echo two > two.o
            { printf '!<arch>\\n'; for n in one two; do
                printf '%-16s%-12s%-6s%-6s%-8s%-10s`\\n' $n/ 170 0 0 100644 4; cat $n.o; done; } > 2
            """, in: scratch.path)
        var samples = try ["0", "1", "2"].map { try ArrayContent(scratch[$0]).bytes }
        samples.append(Self.elf())
        samples.append(Self.zip())
        samples.append([0x5C, 0x0D, 0x0D, 0x0A] + [UInt8](repeating: 0, count: 20))
        return samples
    }

    private static func number(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// A note with a build ID, its section and the names, nothing else.
    private static func elf() -> [UInt8] {
        let note = number(4, 4) + number(4, 4) + number(3, 4) + Array("GNU\0".utf8) + [1, 2, 3, 4]
        let names = Array("\0.note\0".utf8) + [0]
        func section(_ name: Int, _ kind: Int, _ place: Int, _ count: Int) -> [UInt8] {
            number(name, 4) + number(kind, 4) + [UInt8](repeating: 0, count: 16) + number(place, 8)
                + number(count, 8) + [UInt8](repeating: 0, count: 24)
        }
        var header: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0]
        header += [UInt8](repeating: 0, count: 32) + number(64 + note.count + names.count, 8)
        header += [UInt8](repeating: 0, count: 10) + number(64, 2) + number(2, 2) + number(1, 2)
        return header + note + names + section(1, 7, 64, note.count)
            + section(0, 3, 64 + note.count, names.count)
    }

    private static func zip() -> [UInt8] {
        let local =
            number(0x0403_4B50, 4) + [UInt8](repeating: 0, count: 22) + number(1, 2) + number(4, 2)
            + [0x61, 1, 2, 3, 4]
        let central =
            number(0x0201_4B50, 4) + [UInt8](repeating: 0, count: 24) + number(1, 2) + number(4, 2)
            + [UInt8](repeating: 0, count: 14) + [0x61, 1, 2, 3, 4]
        return local + central + number(0x0605_4B50, 4) + [UInt8](repeating: 0, count: 8)
            + number(central.count, 4) + number(local.count, 4) + number(0, 2)
    }

    @Test func `the samples are of the kinds they are meant to be`() async throws {
        let samples = try await Self.samples()
        var other = samples[3]
        other[64 + 16] ^= 1
        let look = ArrayContent.look(ArrayContent(samples[3]), ArrayContent(other))
        #expect(look?.sentence == "ELF: only the build ID 01020304 against 00020304")
        other = samples[4]
        // The central directory's copy of the time.
        other[35 + 12] ^= 2
        #expect(ArrayContent.look(ArrayContent(samples[4]), ArrayContent(other))?.isAll == true)
    }

    @Test func `no bent byte and no cut traps`() async throws {
        for sample in try await Self.samples() {
            let whole = ArrayContent(sample)
            for index in 0..<min(sample.count, 400) {
                for value in [0x00, 0x01, 0x7F, 0x80, 0xFF, sample[index] ^ 1] as [UInt8] {
                    var bent = sample
                    bent[index] = value
                    guard bent != sample else { continue }
                    _ = ArrayContent.look(whole, ArrayContent(bent))
                    // Both sides lie in the same way, and differ at the end.
                    var other = bent
                    other[other.count - 1] ^= 0xFF
                    _ = ArrayContent.look(ArrayContent(other), ArrayContent(bent))
                }
                _ = ArrayContent.look(whole, ArrayContent(Array(sample[..<index])))
            }
        }
    }

    @Test func `numbers as large as they can be trap nowhere`() async throws {
        for sample in try await Self.samples() {
            for start in 4..<min(sample.count - 8, 400) {
                var bent = sample
                for index in start..<start + 8 { bent[index] = 0xFF }
                var other = bent
                other[other.count - 1] ^= 0xFF
                _ = ArrayContent.look(ArrayContent(other), ArrayContent(bent))
            }
        }
    }

    @Test func `what expands to more than the budget is left alone`() async throws {
        let scratch = try ScratchFolder()
        try await Shell.run(
            "truncate -s 16M zeros; zstd -q1 zeros -o a; zstd -q3 zeros -o b",
            in: scratch.path)
        let a = try ArrayContent(scratch["a"])
        let b = try ArrayContent(scratch["b"])
        for (expanded, isKnown) in [(1 << 20, false), (1 << 26, true)] as [(UInt64, Bool)] {
            var budget = ContentBudget(compared: 1 << 20, expanded: expanded)
            #expect((CulpritLook(a, b, firstDifference: 4, &budget) != nil) == isKnown)
        }
    }
}
