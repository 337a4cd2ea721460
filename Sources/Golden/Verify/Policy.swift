/// What an image must meet beside being the blessed one.
public struct Policy: Equatable, Sendable {
    /// At least so many inodes must be free.
    public var freeInodes: UInt64?
    /// At least so many bytes must be writable by root through the kernel.
    public var freeBytes: UInt64?
    /// Kinds of lint that must not be found, without their `lint-`; `all` stands for every kind.
    public var lint: Set<String>
    public var waivers: [Waiver]

    public init(
        freeInodes: UInt64? = nil, freeBytes: UInt64? = nil, lint: Set<String> = [],
        waivers: [Waiver] = []
    ) {
        self.freeInodes = freeInodes
        self.freeBytes = freeBytes
        self.lint = lint
        self.waivers = waivers
    }

    /// Whether findings of a kind of lint fail the gate.
    func gates(lint kind: String) -> Bool {
        lint.contains(WaiverSubject.short(kind)) || lint.contains("all")
    }

    /// Two policies together: the stricter of each number, all kinds and all waivers.
    public func merged(with other: Policy) -> Policy {
        func stricter(_ one: UInt64?, _ two: UInt64?) -> UInt64? {
            one.map { max($0, two ?? 0) } ?? two
        }
        return Policy(
            freeInodes: stricter(freeInodes, other.freeInodes),
            freeBytes: stricter(freeBytes, other.freeBytes), lint: lint.union(other.lint),
            waivers: waivers + other.waivers)
    }
}
