/// The first word of a line of a golden, in the order in which the lines stand.
enum Keyword: String, CaseIterable {
    case imageBytes = "image-bytes"
    case imageSHA256 = "image-sha256"
    case root
    case blocks
    case layout
    case inputs
    case promise
    case superblock
    case group
    case ownerClass = "class"
    case tree
    case entry
    case span
    case waiver
    case selfDigest = "self-sha256"

    /// The position among the keywords. Lines never go back to a smaller one.
    var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// Whether more than one line may start with the word.
    var repeats: Bool {
        switch self {
        case .superblock, .group, .ownerClass, .entry, .span, .waiver: true
        default: false
        }
    }

    /// Whether a golden without such a line is not whole.
    var isRequired: Bool {
        switch self {
        case .imageBytes, .imageSHA256, .root, .superblock, .group, .ownerClass, .tree: true
        default: false
        }
    }
}
