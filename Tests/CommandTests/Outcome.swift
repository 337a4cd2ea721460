import HostSystem

/// What a command left behind, as text.
struct Outcome: Equatable, CustomStringConvertible {
    var status: Int
    var output: String
    var error: String

    init(_ outcome: ChildProcess.Outcome) {
        status = outcome.status
        output = String(decoding: outcome.standardOutput, as: UTF8.self)
        error = String(decoding: outcome.standardError, as: UTF8.self)
    }

    var description: String {
        "status \(status)\noutput: \(output.suffix(4_000))\nerror: \(error.suffix(4_000))"
    }
}
