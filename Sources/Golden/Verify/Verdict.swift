/// What the gate says of one image.
public enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// Every byte is the blessed one, and nothing else stands in the way.
    case identical
    /// At least one byte differs.
    case different
    /// Not a valid ext4 file system.
    case invalid
    /// Valid, and the blessed bytes, but less than was promised or asked for.
    case policy
    /// Nothing to hold the image against.
    case noGolden = "no-golden"
}

extension Verdict {
    /// The exit status; see docs/golden.md, "Exit status".
    public var exitStatus: Int32 {
        switch self {
        case .identical: 0
        case .different: 1
        case .invalid: 3
        case .policy: 4
        case .noGolden: 5
        }
    }

    /// The exit status of several verdicts together: the most serious one wins.
    public static func exitStatus(of verdicts: [Verdict]) -> Int32 {
        let order: [Verdict] = [.invalid, .different, .policy, .noGolden]
        return order.first(where: verdicts.contains)?.exitStatus ?? 0
    }
}
