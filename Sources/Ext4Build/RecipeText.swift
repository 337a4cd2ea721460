internal import Golden
internal import SourceTree

/// Everything in a recipe that can reach the image, as one canonical text: the recipe digest of a
/// golden is SHA-256 over it. docs/golden.md, "Inputs", specifies it.
///
/// What a source holds is no part of it; the digest of the sources is for that.
struct RecipeText {
    private static let version = 1

    private let options: ImageOptions
    private let sources: SourceList

    init(_ options: ImageOptions, _ sources: SourceList) {
        self.options = options
        self.sources = sources
    }

    /// The text.
    var bytes: [UInt8] { Array(lines.joined(separator: "\n").utf8) + [UInt8(ascii: "\n")] }

    private var lines: [String] {
        let identity = options.identity
        let label = identity.label.prefix { $0 != 0 }
        return [
            "assay-recipe \(Self.version)",
            "layout 1",
            "label \"\(EntryText.escape(label))\"",
            "uuid \(Self.hex(identity.uuid))",
            "hash-seed \(Self.hex(identity.hashSeed))",
            "epoch \(identity.epoch)",
            "timestamps \(options.timeStamps.rawValue)",
            "free-inodes \(options.freeInodes)",
            "free-bytes \(options.freeBytes)",
            "align \(options.alignment)",
            "size \(options.size.map { "\($0)" } ?? "smallest")",
            "reserved-percent \(options.reservedPercent)",
            "journal \(journal)",
            "owner \(sources.owner.rawValue)",
            "hard-links \(sources.hardLinks?.rawValue ?? "default")",
        ] + sources.attributes.patterns.map { "xattr \(EntryText.escape($0))" }
            + sources.populate.map { "populate \(EntryText.escape($0))" }
    }

    private var journal: String {
        switch options.journal {
        case .automatic: "automatic"
        case .none: "none"
        case .blocks(let count): "\(count)"
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
