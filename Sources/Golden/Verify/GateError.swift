import ImageBytes

/// Why nothing can be said about an image.
enum GateError: Error, CustomStringConvertible {
    case golden(StoreError)
    /// The golden's root is the image's, and what the golden says of those bytes is not so.
    case contradiction(golden: String, Facet)
    case image(ImageSourceError)
    case mixUp(ImageMixUp)
    /// The blessed image cannot be used, in words.
    case blessed(String)
    case digest(DigestError)

    /// Whether the golden is at fault, and not the image.
    var isOfGolden: Bool {
        switch self {
        case .golden, .contradiction: true
        default: false
        }
    }

    var description: String {
        switch self {
        case .golden(let error): error.description
        case .contradiction(let golden, let facet):
            "\(golden): the golden contradicts itself: its root is that of this image, and its "
                + "facts are not: "
                + ([facet.kind.rawValue + ", " + facet.message] + facet.details.prefix(1))
                .joined(separator: "; ")
        case .image(let error): "\(error)"
        case .mixUp(let error): error.description
        case .blessed(let reason): reason
        case .digest(let error): error.description
        }
    }

    static func golden<Result>(
        _ body: () throws(StoreError) -> Result
    ) throws(GateError) -> Result {
        do { return try body() } catch { throw .golden(error) }
    }
}
