/// Blocks side by side whose owners are of one class.
public struct ClassRun: Sendable {
    public let blocks: Range<UInt64>
    public let owner: OwnerClassName

    public init(_ blocks: Range<UInt64>, _ owner: OwnerClassName) {
        self.blocks = blocks
        self.owner = owner
    }
}
