/// A store path in a tree, and the hash that its registration gives it.
public struct StoreArchive: Sendable {
    /// The node of the store path.
    public let node: Int
    public let record: Registration.Record

    public init(node: Int, record: Registration.Record) {
        self.node = node
        self.record = record
    }
}
