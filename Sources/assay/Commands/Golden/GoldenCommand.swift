import ArgumentParser

struct GoldenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "golden",
        abstract: "Record, show, review and accept what images are held against.",
        subcommands: [
            GoldenRecord.self, GoldenShow.self, GoldenReviewCommand.self, GoldenAccept.self,
            GoldenReject.self, GoldenList.self,
        ])
}
