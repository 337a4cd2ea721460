public import Ext4Build
internal import HostSystem
internal import Synchronization
internal import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One line on a terminal that says how far a build is; nothing where there is no terminal, and
/// nothing in the first second.
public final class ProgressBar: Sendable {
    private static let clearLine = "\r\u{1B}[K"

    private let ticker: Ticker?
    private let meter = RateMeter()

    public init(_ progress: BuildProgress) {
        guard isatty(FileDescriptor.standardError.rawValue) == 1 else {
            ticker = nil
            return
        }
        let start = ContinuousClock.now
        let meter = meter
        ticker = Ticker(milliseconds: 100) {
            let elapsed = ContinuousClock.now - start
            guard let line = meter.line(progress, at: elapsed) else { return }
            // A line that wraps could not be cleared.
            Self.write(Self.clearLine + line.prefix(Self.terminalWidth - 1))
        }
    }

    /// Ends the display and clears the line.
    public func stop() {
        guard let ticker else { return }
        ticker.stop()
        if meter.hasShown { Self.write(Self.clearLine) }
    }

    private static var terminalWidth: Int {
        var size = winsize()
        let result = ioctl(FileDescriptor.standardError.rawValue, UInt(TIOCGWINSZ), &size)
        return result == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    private static func write(_ text: String) {
        _ = try? FileDescriptor.standardError.writeAll(text.utf8)
    }
}
