#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A lock for work that lasts: a thread that waits for it leaves its processor to others.
///
/// `Synchronization.Mutex` takes a priority-inheriting futex, for which the kernel spins as long as
/// the owner runs (kernel/locking/rtmutex.c, `rtmutex_spin_on_owner`). That is right for a lock that is
/// held for a moment, and a processor lost where it is held for a copy of megabytes.
@safe public final class SleepingLock: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    public init() {
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        // Without attributes it cannot fail (pthread_mutex_init(3)).
        unsafe pthread_mutex_init(mutex, nil)
        unsafe condition = .allocate(capacity: 1)
        unsafe condition.initialize(to: pthread_cond_t())
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe condition.deallocate()
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Runs `body` while no other thread runs one under this lock.
    public func withLock<Result: ~Copyable, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Lets others have the lock until ``wakeAll()`` is called, or for no reason at all: what is waited
    /// for is to be looked at again. Only for a thread that has the lock.
    public func wait() { unsafe pthread_cond_wait(condition, mutex) }

    /// Ends the waiting of all threads, as soon as they can have the lock.
    public func wakeAll() { unsafe pthread_cond_broadcast(condition) }
}
