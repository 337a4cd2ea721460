import Ext4Check
import TestKit
import Testing

@Suite struct CorpusTests {
    static let isHere = !Corpus.entries.isEmpty

    @Test(
        .enabled(if: isHere, "the corpus of e2fsprogs' test images is not beside the checkout"),
        arguments: Corpus.entries)
    func `an image of the corpus gets the verdict of e2fsck`(_ entry: Corpus.Entry) async throws {
        let scratch = try ScratchFolder()
        let image = try await Corpus.unpack(entry, in: scratch)
        let report = try TestImage.check(image)
        let expected: [CheckVerdict] =
            switch entry.verdict {
            case "clean": [.clean]
            case "unreadable": [.unreadable]
            default: [.invalid, .unreadable]
            }
        #expect(expected.contains(report.verdict), "\(report.findings.prefix(3))")
        // A verdict other than clean has a reason.
        #expect((report.verdict == .clean) == !report.findings.contains { $0.severity == .error })
    }

    @Test(
        .enabled(if: isHere, "the corpus of e2fsprogs' test images is not beside the checkout"),
        arguments: Corpus.entries.filter { $0.verdict == "dirty" })
    func `the number of jobs changes nothing of a report`(_ entry: Corpus.Entry) async throws {
        let scratch = try ScratchFolder()
        let image = try await Corpus.unpack(entry, in: scratch)
        let alone = try TestImage.check(image, jobs: 1)
        for jobs in [2, 3, 8] {
            let together = try TestImage.check(image, jobs: jobs)
            #expect(together.findings == alone.findings)
            #expect(together.verdict == alone.verdict)
        }
    }
}
