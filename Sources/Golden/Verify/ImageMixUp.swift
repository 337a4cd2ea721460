public import ImageBytes

/// A file that was given as an image and is something else of ours.
public enum ImageMixUp: Error, Equatable, Sendable, CustomStringConvertible {
    case golden
    case blocks

    public var description: String {
        switch self {
        case .golden: "this is a golden, not an image; did the two change places?"
        case .blocks: "this is a .blocks file, not an image"
        }
    }

    /// Throws where the bytes are a golden's or those of its second file.
    public static func refuse(_ image: MappedImage) throws(ImageMixUp) {
        let start = image.slice.copy(0..<min(image.count, 16))
        if start.starts(with: GoldenParser.signature) { throw .golden }
        if start.starts(with: BlocksFile.magic) { throw .blocks }
    }
}
