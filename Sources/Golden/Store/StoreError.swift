public import HostSystem
public import SystemPackage

/// Why a golden on disk cannot be used or written.
public enum StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    case file(FileError)
    case golden(path: FilePath, GoldenFileError)
    case tooLarge(path: FilePath, limit: UInt64)
    /// A file is there already and was not to be replaced.
    case exists(FilePath)
    /// A file is there that no golden may replace: it is none itself.
    case notOurs(FilePath)
    /// An image or a golden is there that no report may replace.
    case precious(FilePath, GoldenFileError.LookAlike)
    /// An image is not the one that a golden was taken of.
    case otherImage(FilePath, golden: FilePath)
    /// An image cannot be read.
    case digest(DigestError)
    /// The hashes that would lie beside a golden are not those that it names; why, in words.
    case foreignHashes(FilePath, String)

    public var description: String {
        switch self {
        case .file(let error): error.description
        case .golden(let path, let error): "\(EscapedName(path)): \(error)"
        case .tooLarge(let path, let limit):
            "\(EscapedName(path)) has more than \(limit) bytes; it is no golden"
        case .exists(let path):
            "\(EscapedName(path)) is there already; --force replaces it"
        case .notOurs(let path):
            "\(EscapedName(path)) is there and is no file of a golden, so it is not replaced"
        case .precious(let path, let lookAlike):
            "\(EscapedName(path)) is \(lookAlike.rawValue), and no report replaces that"
        case .otherImage(let path, let golden):
            "\(EscapedName(path)) is not the image that \(EscapedName(golden)) is of"
        case .digest(let error): error.description
        case .foreignHashes(let path, let why):
            "\(EscapedName(path)) cannot be taken with the golden: \(why)"
        }
    }
}
