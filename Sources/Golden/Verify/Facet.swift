/// One comparison of the gate. All are made; none ends the others.
public struct Facet: Equatable, Sendable {
    /// What is compared, in the order of the report.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case size
        case root
        case sha256
        case spans
        case blocks
        case superblock
        case groups
        case classes
        case tree
        case structure
        case promise
        case slack
        case lint
    }

    /// How it came out.
    public enum Status: String, Hashable, Sendable {
        case passed
        case failed
        /// Failed, and a person let it pass until a day.
        case waived
        /// Not compared, and why stands in the message.
        case skipped
    }

    public let kind: Kind
    public let status: Status
    /// One sentence.
    public let message: String
    /// The single differences, at most ``detailLimit``.
    public let details: [String]

    /// More differences of one kind than this are counted, not listed.
    public static let detailLimit = 20

    public init(_ kind: Kind, _ status: Status, _ message: String, details: [String] = []) {
        self.kind = kind
        self.status = status
        self.message = message
        self.details =
            details.count <= Self.detailLimit
            ? details
            : details.prefix(Self.detailLimit) + ["and \(details.count - Self.detailLimit) more"]
    }
}
