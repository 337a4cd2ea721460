/// What a line, or a /set before it, says about an entry. Nil is what is not said.
struct MtreeKeywords {
    var kind: FileKind?
    var mode: MtreeMode?
    var owner: UInt32?
    var group: UInt32?
    var modified: Int64?
    var target: [UInt8]?
    var device: UInt64?
    var size: UInt64?
    var linkCount: UInt64?
    var inode: UInt64?
    /// The file system that ``inode`` is a number of: only compared, so kept as text.
    var inodeSpace: [UInt8]?
    var contents: [UInt8]?
    var isOptional: Bool?
    /// In the order of the text; of two with one name the later counts.
    var attributes: [ExtendedAttribute] = []

    /// What `other` says, where it says something; else what this says.
    func overridden(by other: MtreeKeywords) -> MtreeKeywords {
        var result = other
        result.kind = other.kind ?? kind
        result.mode = other.mode ?? mode
        result.owner = other.owner ?? owner
        result.group = other.group ?? group
        result.modified = other.modified ?? modified
        result.target = other.target ?? target
        result.device = other.device ?? device
        result.size = other.size ?? size
        result.linkCount = other.linkCount ?? linkCount
        result.inode = other.inode ?? inode
        result.inodeSpace = other.inodeSpace ?? inodeSpace
        result.contents = other.contents ?? contents
        result.isOptional = other.isOptional ?? isOptional
        let names = Set(other.attributes.map(\.name))
        let kept = attributes.filter { !names.contains($0.name) }
        result.attributes = kept + other.attributes
        return result
    }

    /// Takes back what a /set said about one keyword; unknown ones were never set.
    mutating func unset(_ keyword: ArraySlice<UInt8>) {
        switch String(decoding: keyword, as: UTF8.self) {
        case "all": self = MtreeKeywords()
        case "type": kind = nil
        case "mode": mode = nil
        case "uid", "uname": owner = nil
        case "gid", "gname": group = nil
        case "time", "tar_time": modified = nil
        case "link": target = nil
        case "device": device = nil
        case "size": size = nil
        case "nlink": linkCount = nil
        case "inode": inode = nil
        case "resdevice": inodeSpace = nil
        case "contents", "content": contents = nil
        case "optional": isOptional = nil
        default:
            guard let name = MtreeParser.attributeName(keyword) else { return }
            attributes.removeAll { $0.name == name }
        }
    }
}

/// A mode as it was written: symbols depend on whether the entry turns out to be a folder.
enum MtreeMode: Equatable {
    case octal(UInt16)
    case symbolic([UInt8])

    func permissions(isFolder: Bool) -> UInt16? {
        switch self {
        case .octal(let bits): bits
        case .symbolic(let text): SymbolicMode.parse(text, isFolder: isFolder)
        }
    }
}
