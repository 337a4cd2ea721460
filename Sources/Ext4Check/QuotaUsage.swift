/// What each owner uses, by the three ways to count owners.
struct QuotaUsage: Sendable {
    /// What one owner uses.
    struct Amount: Equatable, Sendable {
        var bytes: UInt64 = 0
        var inodes: UInt64 = 0
    }

    private(set) var byType: [[UInt32: Amount]] = [[:], [:], [:]]

    /// Adds what one inode uses.
    mutating func add(_ type: QuotaType, owner: UInt32, bytes: UInt64, inodes: UInt64) {
        byType[type.rawValue][owner, default: Amount()].bytes &+= bytes
        byType[type.rawValue][owner, default: Amount()].inodes &+= inodes
    }

    /// Adds what another scan counted.
    mutating func add(_ other: QuotaUsage) {
        for type in QuotaType.allCases {
            for (owner, amount) in other.byType[type.rawValue] {
                add(type, owner: owner, bytes: amount.bytes, inodes: amount.inodes)
            }
        }
    }

    /// What the owners of one type use.
    subscript(type: QuotaType) -> [UInt32: Amount] { byType[type.rawValue] }
}
