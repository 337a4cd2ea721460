/// Who owns the files of a surveyed folder in the image: `--owner`.
public enum OwnerPolicy: String, Sendable, CaseIterable {
    /// Everything is root's.
    case root
    /// As it is on this machine.
    case keep
}

/// Which names are one file in the image: `--hard-links`.
public enum HardLinkPolicy: String, Sendable, CaseIterable {
    /// Those that are one file on this machine.
    case keep
    /// None: every name has a file of its own.
    case split
    /// All regular files of the same content, mode, owner, time and attributes.
    case share
}
