public import Golden

/// Several causes at once, as bits in the order of `Cause.Name.allCases`.
public struct CauseSet: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// One cause alone.
    public init(_ name: Cause.Name) {
        let index = Cause.Name.allCases.firstIndex(of: name) ?? 31
        rawValue = 1 << UInt32(index)
    }

    /// Whether the cause is among them.
    public func contains(_ name: Cause.Name) -> Bool { contains(Self(name)) }

    /// The causes, in the order in which reports list them.
    public var names: [Cause.Name] {
        Cause.Name.allCases.enumerated().filter { rawValue >> UInt32($0.offset) & 1 == 1 }
            .map(\.element)
    }
}
