internal import Golden

extension Cause.Name {
    /// The colours that mark a cause, on a light and on a dark ground. The causes that a report has
    /// take them in turn, so that the few that are there are far apart.
    static let markColours: [(light: String, dark: String)] = [
        ("#d1490c", "#ff7433"), ("#0067a8", "#4ba8ea"), ("#00855f", "#18c493"),
        ("#a8327a", "#e57ab8"), ("#b07d00", "#f0b429"), ("#5b4fc7", "#9d92ff"),
        ("#7a5230", "#c99b74"), ("#5f6b73", "#a4b0b8"),
    ]

    /// What a page calls it, in a few words.
    var title: String {
        switch self {
        case .uuid: "UUID"
        case .label: "Label"
        case .hashSeed: "Hash seed"
        case .timestamp: "Time stamps"
        case .directoryOrder: "Order of names"
        case .inodeOrder: "Order of inodes"
        case .blockPlacement: "Places of blocks"
        case .owner: "Owners"
        case .mode: "Modes"
        case .xattr: "Extended attributes"
        case .content: "Contents"
        case .added: "Added"
        case .removed: "Removed"
        case .hardLinks: "Hard links"
        case .geometry: "Geometry"
        case .features: "Features"
        case .generation: "Generations"
        case .journal: "Journal"
        case .mounted: "Mounted"
        case .residue: "Residue"
        case .checksum: "Checksums"
        case .count: "Counts"
        case .unexplained: "Unexplained"
        }
    }
}
