/// What e2fsck takes for the hash of a directory entry's name.
enum EntryHash {
    /// There is no tree, or its kind is not known.
    case unknown
    /// The hash.
    case known(UInt32)
    /// libext2fs refuses to hash the name; e2fsck then keeps the hash of the name before it.
    case refused

    /// The hash, or ``unknown`` for nil.
    init(_ hash: UInt32?) { self = hash.map(EntryHash.known) ?? .unknown }
}
