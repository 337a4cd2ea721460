import ArgumentParser
import Difference
import Golden
import HostSystem
import Report
import SystemPackage

/// What `assay diff` writes into files.
struct DiffOutputs: ParsableArguments {
    @Option(help: "Write a report: text, json, html or markdown, = and a file. Repeatable.")
    var report: [DiffReportArgument] = []

    @Option(
        help: "Write both versions of files that differ into this new or empty folder.",
        completion: .directory)
    var extract: String?

    @Option(help: "Write no more than this with --extract: \(ByteSize.help). 1G.")
    var extractLimit: ByteSize?

    func validate() throws {
        if extractLimit != nil, extract == nil {
            throw ValidationError("--extract-limit is for --extract.")
        }
    }

    /// Writes the files, or says what is wrong and ends the command.
    func write(_ text: DiffReport, _ difference: ImageDifference) throws {
        for report in report {
            let bytes = Array(report.format.render(text, version: Version.number).utf8)
            try GoldenLoading.store { () throws(StoreError) in
                try GoldenStore.writeReport(bytes, to: report.path)
            }
        }
        guard let extract else { return }
        do throws(FileError) {
            let extraction = try Extraction(
                of: difference, into: FilePath(argument: extract),
                limit: extractLimit?.bytes ?? Extraction.standardLimit)
            complain(extraction)
        } catch {
            StandardStreams.complain("\(error)")
            throw ExitStatus.trouble
        }
    }

    /// Says on standard error what was left out; the report is on standard output.
    private func complain(_ extraction: Extraction) {
        for line in extraction.omitted { StandardStreams.complain("not extracted: \(line)") }
        let more = extraction.omittedCount - extraction.omitted.count
        if more > 0 { StandardStreams.complain("not extracted: \(more) more files") }
    }
}

/// `--report FORMAT=FILE`.
struct DiffReportArgument: ExpressibleByArgument {
    let format: DiffFormat
    let path: FilePath

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let format = DiffFormat(rawValue: String(parts[0])),
            !parts[1].isEmpty
        else { return nil }
        self.format = format
        path = FilePath(argument: String(parts[1]))
    }
}
