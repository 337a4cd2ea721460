public import SystemPackage

/// A folder of this machine that files are read from, named by its parent to keep deep trees small.
public enum HostFolder: Sendable {
    /// Where a survey began.
    case root(FilePath)
    /// `name` (in the tree's bytes) inside another folder of the table.
    case child(of: UInt32, name: ByteRange)
}
