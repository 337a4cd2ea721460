public import Golden

/// What `golden list` says: `assay-golden-list/1`.
public struct GoldenListReport: CommandReport {
    private let listing: GoldenListing

    public init(_ listing: GoldenListing) {
        self.listing = listing
    }

    public var text: String {
        if listing.items.isEmpty { return "no goldens\n" }
        return listing.items.map { "\($0.golden): \(Self.state($0))\n" }.joined()
    }

    public var json: JSONValue {
        .object([
            "format": "assay-golden-list/1",
            "goldens": .array(listing.items.map(Self.json)),
        ])
    }

    private static func json(_ item: GoldenListing.Item) -> JSONValue {
        .object([
            "golden": .string(item.golden), "pending": .bool(item.isPending),
            "image": .bool(item.hasImage), "recipe": .bool(item.hasRecipe),
            "problem": .optional(item.problem),
        ])
    }

    private static func state(_ item: GoldenListing.Item) -> String {
        var parts: [String] = []
        if let problem = item.problem { parts.append("cannot be read: \(problem)") }
        if item.isPending { parts.append("a change waits for review") }
        if !item.hasImage && !item.hasRecipe { parts.append("no image and no recipe") }
        return parts.isEmpty ? "fine" : parts.joined(separator: "; ")
    }
}
