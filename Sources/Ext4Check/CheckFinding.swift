/// One thing that is wrong with an image, or worth knowing about it.
public struct CheckFinding: Hashable, Sendable {
    /// How bad it is.
    public enum Severity: String, Hashable, Sendable, Comparable {
        /// The file system is not valid: `e2fsck -fn` would report a problem too.
        case error
        /// Valid for `e2fsck`, but not as a careful writer leaves it.
        case warning
        /// Worth knowing.
        case note

        /// Errors come before warnings, warnings before notes.
        public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .error: 0
            case .warning: 1
            case .note: 2
            }
        }
    }

    /// How bad it is.
    public let severity: Severity
    /// What sort of thing it is.
    public let kind: FindingKind
    /// Where it is.
    public let place: FindingPlace
    /// What is there and what should be there, in words and numbers. Names in it are escaped.
    public let message: String

    /// - Parameters:
    ///   - kind: what sort of thing it is.
    ///   - place: where it is.
    ///   - message: what is there and what should be there; names in it must be escaped.
    ///   - severity: how bad it is; the kind's own severity unless given.
    public init(
        _ kind: FindingKind, at place: FindingPlace, _ message: String, severity: Severity? = nil
    ) {
        self.severity = severity ?? kind.severity
        self.kind = kind
        self.place = place
        self.message = message
    }
}
