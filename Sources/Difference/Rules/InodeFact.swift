import Ext4Layout
import Golden

/// One thing in which an inode is not what its counterpart is.
struct InodeFact {
    let cause: Cause.Name
    let what: String
    var roots: CauseSet = []
    var before: Value = .none
    var after: Value = .none
    /// Whether it is a line of the report by itself; what another part counts is not.
    var isListed = true

    /// A value, made text only where it is shown.
    enum Value {
        case none
        case number(UInt64)
        case octal(UInt16)
        case bits(UInt64)
        case time(Timestamp)
        case text(String)

        var text: String? {
            switch self {
            case .none: return nil
            case .number(let value): return String(value)
            case .octal(let value): return "0" + String(value, radix: 8)
            case .bits(let value): return "0x" + String(value, radix: 16)
            case .text(let text): return text
            case .time(let time):
                guard time.nanoseconds > 0 else { return String(time.seconds) }
                let digits = String(time.nanoseconds)
                let zeros = String(repeating: "0", count: max(0, 9 - digits.utf8.count))
                return "\(time.seconds).\(zeros)\(digits)"
            }
        }
    }
}
