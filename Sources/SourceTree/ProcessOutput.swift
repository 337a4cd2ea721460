internal import HostSystem

/// What another program printed, made fit to be shown in an error.
enum ProcessOutput {
    /// More than this is not shown: the end is where the reason stands.
    static let byteLimit = 16 << 10

    /// The last lines of `bytes`, each one escaped, without the newline at the end.
    static func printable(_ bytes: [UInt8]) -> String {
        var tail = bytes.suffix(byteLimit)
        if tail.count < bytes.count, let newline = tail.firstIndex(of: UInt8(ascii: "\n")) {
            tail = tail[(newline + 1)...]
        }
        while tail.last == UInt8(ascii: "\n") { tail.removeLast() }
        let lines = tail.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.map { EscapedName($0).description }.joined(separator: "\n")
    }
}
