/// Collects findings, at most a set number of each kind.
///
/// A hostile image can break a rule once per block; what is over the cap is counted, not kept, and
/// the report says "truncated at N of at least M".
struct FindingLog: Sendable {
    /// How many findings of one kind are kept.
    static let capPerKind = 100

    private(set) var findings: [CheckFinding] = []
    private(set) var counts: [FindingKind: Int] = [:]

    /// Adds a finding; the message is only made when there is room for it.
    mutating func add(
        _ kind: FindingKind, at place: FindingPlace, severity: CheckFinding.Severity? = nil,
        _ message: @autoclosure () -> String
    ) {
        let count = counts[kind, default: 0]
        counts[kind] = count + 1
        if count < Self.capPerKind {
            findings.append(CheckFinding(kind, at: place, message(), severity: severity))
        }
    }

    /// Adds what another log holds, in its order, as if it had been added here one by one.
    mutating func append(_ other: borrowing FindingLog) {
        for finding in other.findings {
            let count = counts[finding.kind, default: 0]
            counts[finding.kind] = count + 1
            if count < Self.capPerKind { findings.append(finding) }
        }
        // What the other log counted without keeping it.
        for kind in FindingKind.allCases {
            guard let total = other.counts[kind] else { continue }
            counts[kind, default: 0] += max(0, total - Self.capPerKind)
        }
    }

    /// Whether anything was added that makes the file system invalid.
    var hasErrors: Bool { findings.contains { $0.severity == .error } }

    /// The kinds of which more were found than are kept, with how many there were.
    var truncated: [TruncatedFindings] {
        FindingKind.allCases.compactMap { kind in
            guard let total = counts[kind], total > Self.capPerKind else { return nil }
            return TruncatedFindings(kind: kind, kept: Self.capPerKind, found: total)
        }
    }
}

/// A kind of finding of which there were more than are listed.
public struct TruncatedFindings: Hashable, Sendable {
    /// The kind.
    public let kind: FindingKind
    /// How many are listed.
    public let kept: Int
    /// How many there are at least.
    public let found: Int
}
