import ImageBytes

/// Why nothing can be said about an image.
enum GateError: Error, CustomStringConvertible {
    case golden(StoreError)
    case image(ImageSourceError)
    case mixUp(ImageMixUp)
    case digest(DigestError)

    /// Whether the golden is at fault, and not the image.
    var isOfGolden: Bool {
        if case .golden = self { return true }
        return false
    }

    var description: String {
        switch self {
        case .golden(let error): error.description
        case .image(let error): "\(error)"
        case .mixUp(let error): error.description
        case .digest(let error): error.description
        }
    }

    static func golden<Result>(
        _ body: () throws(StoreError) -> Result
    ) throws(GateError) -> Result {
        do { return try body() } catch { throw .golden(error) }
    }
}
