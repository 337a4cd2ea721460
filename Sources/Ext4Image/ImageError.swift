public import ImageBytes

/// Why an image cannot be opened. The three families are never mixed.
public enum ImageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The image is broken: no reader could make sense of it.
    case format(FormatError)
    /// The image may be sound, but this reader does not know what it uses.
    case unsupported(UnsupportedFeature)

    public var description: String {
        switch self {
        case .format(let error): error.description
        case .unsupported(let feature): feature.description
        }
    }
}

/// Something that an image uses and this reader does not understand. The image may be sound.
public struct UnsupportedFeature: Error, Equatable, Sendable, CustomStringConvertible {
    /// The feature's name, as dumpe2fs prints it.
    public let name: String

    public init(_ name: String) { self.name = name }

    public var description: String { "unsupported: \(name)" }
}
