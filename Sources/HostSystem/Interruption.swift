#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
internal import Synchronization
internal import SystemPackage

/// Makes an error of Ctrl-C, Ctrl-\, SIGTERM and a closed terminal, instead of a silent death.
///
/// The handler does the one thing that it safely can: it writes the signal's number into a pipe. A
/// thread of its own reads it there and ends the process. Programs that we start are not concerned:
/// a handler does not outlive `exec`.
public enum Interruption {
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
    /// Where the handler writes; -1 while nobody listens.
    private static let pipeEnd = Atomic<Int32>(-1)
    /// Whether it is too late to end the process: what it was to do is done.
    private static let isTooLate = Mutex(false)

    /// From now on, has `end` called, on a thread of its own, for the first of these signals. Called
    /// once in a process.
    ///
    /// A signal that is ignored, as `nohup` and shells without job control have it, stays so.
    ///
    /// - Parameter end: ends the process; the argument is the signal's name.
    public static func watch(_ end: @escaping @Sendable (_ signal: String) -> Never) {
        guard let pipe = try? FileDescriptor.pipe(options: .closeOnExec) else { return }
        pipeEnd.store(pipe.writeEnd.rawValue, ordering: .sequentiallyConsistent)
        for number in signals { take(number, Self.handler) }
        ThreadTeam.detach {
            var number: UInt8 = 0
            let count = unsafe withUnsafeMutableBytes(of: &number) { byte in
                (try? unsafe pipe.readEnd.read(into: byte)) ?? 0
            }
            guard count == 1 else { return }
            isTooLate.withLock { isTooLate in
                if !isTooLate { end(name(Int32(number))) }
            }
        }
    }

    /// Does the last step of the work, the one that shows. A signal that comes meanwhile has no effect
    /// unless the step fails: nobody is told that there is nothing when there is. One that comes later
    /// ends the process as it does any other, silently.
    public static func holdOff<Failure: Error>(
        _ body: () throws(Failure) -> Void
    ) throws(Failure) {
        let result: Result<Void, Failure> = isTooLate.withLock { isTooLate in
            do throws(Failure) {
                try body()
                isTooLate = true
                letGo()
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Gives the signals back that are not ignored.
    private static func letGo() {
        guard pipeEnd.load(ordering: .sequentiallyConsistent) >= 0 else { return }
        for number in signals { take(number, SIG_DFL) }
    }

    /// Has a signal handled, unless it is ignored.
    private static func take(_ number: Int32, _ handler: sighandler_t?) {
        let previous = signal(number, handler)
        if previous.map({ unsafe unsafeBitCast($0, to: Int.self) }) == 1 {
            _ = signal(number, SIG_IGN)
        }
    }

    private static let handler: @convention(c) (Int32) -> Void = { number in
        let reason = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = unsafe write(pipeEnd.load(ordering: .sequentiallyConsistent), &byte, 1)
        errno = reason
    }

    private static func name(_ signal: Int32) -> String {
        switch signal {
        case SIGINT: "SIGINT"
        case SIGTERM: "SIGTERM"
        case SIGQUIT: "SIGQUIT"
        default: "SIGHUP"
        }
    }
}
