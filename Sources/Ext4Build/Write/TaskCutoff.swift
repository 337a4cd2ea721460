internal import Synchronization

/// The first of many tasks that was stopped: those before it are still wanted.
final class TaskCutoff: Sendable {
    private let first = Atomic(Int.max)

    func allows(_ task: Int) -> Bool { task < first.load(ordering: .relaxed) }

    func note(_ task: Int) { first.min(task, ordering: .relaxed) }
}
