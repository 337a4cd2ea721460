import Testing

@testable import Golden

/// A golden may come from anywhere: what its lines can make of memory has a limit.
@Suite struct LineLimitTests {
    @Test func `more groups than any file system has are refused`() throws {
        var golden = try sampleGolden()
        golden.groups = (0...UInt64(GoldenParser.groupCountLimit)).map {
            .init(number: $0, facts: [])
        }
        #expect {
            _ = try GoldenParser.parse(golden.text)
        } throws: { error in
            (error as? GoldenFileError)?.reason
                == .tooManyLines(of: "group", limit: GoldenParser.groupCountLimit)
        }
    }

    @Test func `names that are listed have a limit, and what is beyond it is unexplained`() {
        let limit = GoldenComparison.nameLimit
        let old = (0..<limit + 5).map { GoldenFile.Entry(path: "/\($0)", facts: "t=f") }
        for (before, after) in [(old, Array(old.prefix(1))), (Array(old.prefix(1)), old)] {
            let changes = GoldenComparison.entries(before, after)
            #expect(changes.count == limit + 1)
            #expect(changes.last?.cause == .unexplained)
        }
    }
}
