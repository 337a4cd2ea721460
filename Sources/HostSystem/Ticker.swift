#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
internal import Synchronization

/// Calls something again and again, on a thread of its own, until it is stopped.
public final class Ticker: Sendable {
    private let isStopped = Mutex(false)

    /// - Parameters:
    ///   - milliseconds: the pause between two calls; the first call comes after one.
    ///   - body: what to call.
    public init(milliseconds: UInt32, _ body: @escaping @Sendable () -> Void) {
        ThreadTeam.detach { [self] in
            while true {
                usleep(milliseconds * 1_000)
                // The lock is held while the body runs, so that nothing is drawn after `stop`.
                let goesOn = isStopped.withLock { isStopped in
                    if !isStopped { body() }
                    return !isStopped
                }
                guard goesOn else { return }
            }
        }
    }

    /// Ends the calls. When this returns, none is running and none will come.
    public func stop() { isStopped.withLock { $0 = true } }
}
