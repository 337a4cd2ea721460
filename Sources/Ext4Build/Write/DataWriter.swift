internal import HostSystem
internal import SourceTree

/// Copies file data to its planned blocks, on as many threads as asked for.
///
/// Files that follow one another in the image are gathered in a buffer and written together, so that
/// a thousand small files cost a handful of writes.
struct DataWriter: Sendable {
    let plan: Plan
    let output: OutputFile
    /// Hashes all that is written, if that is asked for. Everything else has been written then.
    let hasher: ImageHasher?
    let progress: BuildProgress
    /// Whether the plan took files to be without holes that nobody had read.
    let isSpeculative: Bool

    /// - Parameters:
    ///   - jobs: how many threads copy.
    ///   - earlier: what an interrupted attempt has copied already.
    /// - Returns: nil when all is copied; in a speculative attempt, the first file whose place can be
    ///   wrong, since it or one soon behind it has a hole that the plan did not know of.
    /// - Throws: the error of the first task, in the order of the image, that failed. Of a write that
    ///   failed, that is whichever task was writing.
    func write(jobs: Int, after earlier: EarlierCopy? = nil) throws(BuildError) -> Int? {
        let tasks = CopyTask.all(of: plan, areHashed: hasher != nil) { earlier?.holds($0) ?? false }
        let cutoff = TaskCutoff()
        let queue = WriteQueue(
            output, hasher, hugePages: HugePages(plan, output), workers: jobs)
        let results = ThreadTeam.map(
            count: tasks.count, workers: jobs, state: { DataCopier(self, queue) }
        ) { copier, index -> CopyStop? in
            // Whatever comes behind a task that was stopped is in vain.
            guard cutoff.allows(index) else { return nil }
            do throws(CopyStop) {
                try copier.run(tasks[index])
                return nil
            } catch {
                cutoff.note(index)
                return error
            }
        }
        guard let stopped = results.firstIndex(where: { $0 != nil }), let stop = results[stopped]
        else { return nil }
        switch stop {
        case .failed(let error): throw error
        case .foundHole:
            // The data of any task may be among what a failed write, or one after it, has lost.
            return queue.hasFailed ? 0 : tasks[stopped...].map(\.files.lowerBound).min()
        }
    }
}
