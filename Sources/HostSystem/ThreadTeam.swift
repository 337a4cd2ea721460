#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
internal import CLinux
internal import Synchronization

/// Real threads for work that waits for files.
///
/// The cooperative pool of Swift's tasks has as many threads as the machine has cores, and a task
/// that waits for a disk holds one of them. Here `workers` means so many threads, and a synchronous
/// caller needs no `await`.
public enum ThreadTeam {
    /// The number of processors this process may run on.
    public static var processorCount: Int {
        let allowed = Int(clinux_processor_count())
        return allowed > 0 ? allowed : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }

    /// Runs `body` once for each worker number and returns when all have ended. Worker 0 is the
    /// calling thread; where the system grants no further thread, the caller does that work too.
    public static func run(workers: Int, _ body: @escaping @Sendable (_ worker: Int) -> Void) {
        var threads: [pthread_t] = []
        var left: [Int] = []
        for worker in stride(from: 1, to: workers, by: 1) {
            if let thread = start({ body(worker) }) {
                threads.append(thread)
            } else {
                left.append(worker)
            }
        }
        body(0)
        for worker in left { body(worker) }
        for thread in threads { pthread_join(thread, nil) }
    }

    /// Calls `body` for every index, spread over `workers` threads in rising order of start, and
    /// returns the results in the order of the indices, whatever the scheduling was.
    public static func map<Result: Sendable>(
        count: Int, workers: Int, _ body: @escaping @Sendable (_ index: Int) -> Result
    ) -> [Result] {
        map(count: count, workers: workers, state: {}) { _, index in body(index) }
    }

    /// The same for work that keeps something from one index to the next: `state` is called once on
    /// each thread, and what it makes stays on that thread.
    public static func map<State, Result: Sendable>(
        count: Int, workers: Int, state: @escaping @Sendable () -> State,
        _ body: @escaping @Sendable (_ state: State, _ index: Int) -> Result
    ) -> [Result] {
        let slots = Mutex([Result?](repeating: nil, count: count))
        let cursor = Cursor()
        run(workers: min(workers, count)) { _ in
            let state = state()
            while true {
                let index = cursor.next()
                guard index < count else { return }
                let result = body(state, index)
                slots.withLock { $0[index] = result }
            }
        }
        return slots.withLock { $0.compactMap(\.self) }
    }

    /// Does two pieces of work side by side, or one after the other where there is one worker.
    public static func both<First: Sendable, Second: Sendable>(
        workers: Int, _ first: @escaping @Sendable () -> First,
        _ second: @escaping @Sendable () -> Second
    ) -> (First, Second) {
        guard workers > 1 else { return (first(), second()) }
        let results = Mutex<(first: First?, second: Second?)>((nil, nil))
        run(workers: 2) { worker in
            if worker == 0 {
                let value = first()
                results.withLock { $0.first = value }
            } else {
                let value = second()
                results.withLock { $0.second = value }
            }
        }
        guard case (let first?, let second?) = results.withLock(\.self) else {
            preconditionFailure("every worker's work is done")
        }
        return (first, second)
    }

    /// Counts up from 0, each number given out once.
    public final class Cursor: Sendable {
        private let position = Atomic(0)

        public init() {}

        public func next() -> Int {
            position.wrappingAdd(1, ordering: .relaxed).oldValue
        }
    }

    /// Runs `body` on a thread that nobody waits for; not at all where there is none to be had.
    static func detach(_ body: @escaping @Sendable () -> Void) {
        if let thread = start(body) { pthread_detach(thread) }
    }

    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
        let work = unsafe Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread, nil,
            { context in
                // The reference that `passRetained` made is taken over here, exactly once.
                if let context = unsafe context {
                    unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
                }
                return nil
            }, work.toOpaque())
        guard result == 0 else {
            unsafe work.release()
            return nil
        }
        return thread
    }
}
