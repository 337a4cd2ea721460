/// Whether an image that is not the blessed one was made from the same inputs: what tells a change
/// that somebody made from a build that does not repeat.
public enum InputsAnswer: Equatable, Sendable {
    /// Recipe and sources are those of the golden.
    case same
    case recipeChanged
    case sourcesChanged
    case bothChanged
    /// It cannot be told; the reason in words.
    case unknown(String)

    /// Holds the inputs at hand against those of a golden.
    public init(known: GoldenFile.Inputs?, here: GoldenFile.Inputs?) {
        guard let known else {
            self = .unknown("the golden has no inputs line: it was recorded without a recipe")
            return
        }
        guard let here else {
            self = .unknown("the other golden has no inputs line")
            return
        }
        self =
            switch (known.recipe == here.recipe, known.sources == here.sources) {
            case (true, true): .same
            case (false, true): .recipeChanged
            case (true, false): .sourcesChanged
            case (false, false): .bothChanged
            }
    }

    /// The answer as programs read it.
    public var name: String {
        switch self {
        case .same: "same"
        case .recipeChanged: "recipe"
        case .sourcesChanged: "sources"
        case .bothChanged: "recipe and sources"
        case .unknown: "unknown"
        }
    }

    /// The answer in a sentence.
    public var sentence: String {
        switch self {
        case .same:
            "recipe and sources are those of the golden: the build does not repeat, or the image is "
                + "not what it made"
        case .recipeChanged: "the recipe changed since the golden was taken, the sources did not"
        case .sourcesChanged: "the sources changed since the golden was taken, the recipe did not"
        case .bothChanged: "the recipe and the sources changed since the golden was taken"
        case .unknown(let reason): "cannot be told apart: \(reason)"
        }
    }
}
