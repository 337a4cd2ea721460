/// What an interrupted speculative attempt left in the image that the final plan can use.
///
/// Files before the interruption lie where the final plan has them, as long as nothing before them
/// had a hole that was not known. Everything from the first misplaced block on is cut off and copied
/// anew.
struct EarlierCopy {
    private let interruption: Int
    private let attempt: Plan
    private let plan: Plan
    /// The first block that holds something which the plan does not have there.
    let firstStale: UInt64

    /// - Parameters:
    ///   - attempt: the plan that was a guess.
    ///   - plan: the final one, of the same tree.
    ///   - interruption: the first file that may not have been copied.
    init(_ attempt: Plan, _ plan: Plan, interruption: Int) {
        self.attempt = attempt
        self.plan = plan
        self.interruption = interruption
        var firstStale = plan.geometry.blockCount
        for file in 0..<attempt.fileCount where attempt.holdsData(file) {
            let extents = attempt.extents(ofFile: file)
            guard file >= interruption || extents != plan.extents(ofFile: file) else { continue }
            firstStale = min(firstStale, extents.map(\.imageBlock).min() ?? firstStale)
        }
        self.firstStale = firstStale
    }

    /// Whether a file is where it should be already.
    func holds(_ file: Int) -> Bool {
        file < interruption && attempt.extents(ofFile: file) == plan.extents(ofFile: file)
            && plan.extents(ofFile: file).allSatisfy { $0.blocks.upperBound <= firstStale }
    }
}
