/// Where the bytes of a regular file come from.
public enum Content: Sendable, Equatable {
    /// Not a regular file, or one that is empty by itself.
    case none
    /// The file of the same name in one of the tree's ``SourceTree/folders``.
    case sibling(folder: UInt32)
    /// One of the tree's ``SourceTree/paths``: a file that has another name on this machine.
    case path(UInt32)
    /// One of the tree's ``SourceTree/literals``: bytes that we made ourselves.
    case literal(UInt32)
}
