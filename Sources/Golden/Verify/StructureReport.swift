/// What the checker says of one image, as far as the gate needs it.
public struct StructureReport: Equatable, Sendable {
    /// One thing that is wrong or worth knowing.
    public struct Finding: Equatable, Sendable {
        /// `error`, `warning` or `note`.
        public let severity: String
        public let kind: String
        /// The place in words; names in it are escaped.
        public let place: String
        public let message: String

        public init(severity: String, kind: String, place: String, message: String) {
            self.severity = severity
            self.kind = kind
            self.place = place
            self.message = message
        }
    }

    /// What can still be written; see `assay check`.
    public struct Slack: Equatable, Sendable {
        public let freeBlocks: UInt64
        public let kernelReservedBlocks: UInt64
        public let usableBlocks: UInt64
        public let usableBytes: UInt64
        public let freeInodes: UInt64
        public let maxOnlineBytes: UInt64

        public init(
            freeBlocks: UInt64, kernelReservedBlocks: UInt64, usableBlocks: UInt64,
            usableBytes: UInt64, freeInodes: UInt64, maxOnlineBytes: UInt64
        ) {
            self.freeBlocks = freeBlocks
            self.kernelReservedBlocks = kernelReservedBlocks
            self.usableBlocks = usableBlocks
            self.usableBytes = usableBytes
            self.freeInodes = freeInodes
            self.maxOnlineBytes = maxOnlineBytes
        }
    }

    /// Errors, warnings and notes on the consistency of the file system.
    public let findings: [Finding]
    /// What could not come out the same twice.
    public let lint: [Finding]
    /// Nil where there is no file system to count in.
    public let slack: Slack?

    public init(findings: [Finding], lint: [Finding], slack: Slack?) {
        self.findings = findings
        self.lint = lint
        self.slack = slack
    }
}
