public import Ext4Image

/// Why no golden can be taken of an image.
public enum RecordError: Error, Equatable, Sendable, CustomStringConvertible {
    case digest(DigestError)
    /// There is no file system in the image.
    case image(ImageError)
    /// The tree cannot be read as a whole.
    case tree(TreeError)
    /// There are more extents than ``OwnerMap/runLimit``.
    case tooManyExtents
    /// The plain SHA-256 was not computed; a mistake of the caller.
    case noPlainDigest

    /// Whether the image is at fault, and neither the machine nor what this reader knows.
    public var isOfImage: Bool {
        switch self {
        case .image(.unsupported): false
        case .image, .tree: true
        case .digest, .tooManyExtents, .noPlainDigest: false
        }
    }

    public var description: String {
        switch self {
        case .digest(let error): error.description
        case .image(let error): "not a file system that can be blessed: \(error)"
        case .tree(let error): "not a file system that can be blessed: \(error)"
        case .tooManyExtents:
            "there are more than \(OwnerMap.runLimit) extents: the owner of every block is not known"
        case .noPlainDigest: "the plain SHA-256 of the image was not computed"
        }
    }
}
