import Ext4Check

/// What waivers and policies call the checker's findings.
enum WaiverSubject {
    /// Kinds of lint may be named with or without this; one name for each is enough inside.
    private static let lintPrefix = "lint-"

    /// The kind of lint that a policy names; nil where the checker knows none of that name.
    static func lintKind(_ word: some StringProtocol) -> String? {
        let kind = short(String(word))
        return FindingKind(rawValue: lintPrefix + kind) == nil ? nil : kind
    }

    /// The name of a kind of lint without what all of them start with.
    static func short(_ kind: String) -> String {
        kind.hasPrefix(lintPrefix) ? String(kind.dropFirst(lintPrefix.utf8.count)) : kind
    }

    /// The one form of a subject that others are compared with.
    static func canonical(_ subject: String) -> String {
        guard subject.hasPrefix("lint:") else { return subject }
        return "lint:" + short(String(subject.dropFirst("lint:".utf8.count)))
    }

    /// Whether anything can ever be found under the subject.
    static func isKnown(_ subject: String) -> Bool {
        if subject == "slack" { return true }
        let parts = subject.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        switch parts[0] {
        case "check": return FindingKind(rawValue: String(parts[1])) != nil
        case "lint": return lintKind(parts[1]) != nil
        default: return false
        }
    }

    /// The kinds of lint that there are, as a policy may name them.
    static var lintKinds: [String] {
        FindingKind.allCases.map(\.rawValue).filter { $0.hasPrefix(lintPrefix) }.map(short)
    }
}
