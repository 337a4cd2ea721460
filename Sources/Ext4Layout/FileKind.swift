/// What an inode is, from the top four bits of its mode (`S_IFMT`).
public enum FileKind: UInt8, Sendable, CaseIterable {
    case fifo = 1
    case characterDevice = 2
    case directory = 4
    case blockDevice = 6
    case regular = 8
    case symlink = 10
    case socket = 12

    /// Nil where the mode is of no kind, as in an unused inode.
    public init?(mode: UInt16) { self.init(rawValue: UInt8(mode >> 12)) }

    /// The value of `file_type` in a directory entry (`EXT2_FT_REG_FILE` and so on).
    public var directoryEntryType: UInt8 {
        switch self {
        case .regular: 1
        case .directory: 2
        case .characterDevice: 3
        case .blockDevice: 4
        case .fifo: 5
        case .socket: 6
        case .symlink: 7
        }
    }

    /// The letter that `ls -l` begins a line with.
    public var letter: Character {
        switch self {
        case .regular: "-"
        case .directory: "d"
        case .characterDevice: "c"
        case .blockDevice: "b"
        case .fifo: "p"
        case .socket: "s"
        case .symlink: "l"
        }
    }
}
