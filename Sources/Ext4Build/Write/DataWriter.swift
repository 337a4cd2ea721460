internal import Golden
internal import HostSystem
internal import SourceTree

/// Copies file data to its planned blocks, on as many threads as asked for.
///
/// Files that follow one another in the image are gathered in a buffer and written together, so that
/// a thousand small files cost a handful of writes.
struct DataWriter: Sendable {
    let plan: Plan
    let output: OutputFile
    /// Where the hash of each block goes, if one is asked for.
    let leaves: LeafHashes?
    let progress: BuildProgress

    /// - Throws: the error of the first task, in canonical order, that failed.
    func write(jobs: Int) throws(BuildError) {
        let tasks = CopyTask.all(of: plan)
        let progress = progress
        let results = ThreadTeam.map(
            count: tasks.count, workers: jobs, state: { DataCopier(self) }
        ) { copier, index -> BuildError? in
            // Whatever comes behind a failed task is in vain.
            guard progress.allows(task: index) else { return nil }
            do throws(BuildError) {
                try copier.run(tasks[index])
                return nil
            } catch {
                progress.noteFailure(task: index)
                return error
            }
        }
        if let error = results.lazy.compactMap(\.self).first { throw error }
    }
}
