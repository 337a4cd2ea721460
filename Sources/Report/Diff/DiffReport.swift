public import Difference
internal import Ext4Image
internal import Golden
internal import HostSystem
public import SystemPackage

/// What `assay diff` came to, ready to be shown.
public struct DiffReport: CommandReport {
    let names: (before: String, after: String)
    let difference: ImageDifference
    private(set) var ink: Ink

    /// - Parameters:
    ///   - difference: what was found.
    ///   - before: the first image.
    ///   - after: the second image.
    ///   - hasColours: whether the text goes to a terminal that shows colours.
    public init(
        _ difference: ImageDifference, before: FilePath, after: FilePath, hasColours: Bool = false
    ) {
        self.difference = difference
        names = ("\(EscapedName(before))", "\(EscapedName(after))")
        ink = Ink(isOn: hasColours)
    }

    /// The same without colours, for a file.
    var plain: DiffReport {
        var report = self
        report.ink = Ink(isOn: false)
        return report
    }

    /// Lines of a list that a person reads; more are counted only.
    static let listLimit = 20

    /// "1 block", "2 blocks".
    static func count(_ count: UInt64, _ unit: String) -> String {
        let plural =
            switch unit {
            case "copy": "copies"
            case "directory": "directories"
            case "entry": "entries"
            default: unit + "s"
            }
        return "\(Format.count(count)) \(count == 1 ? unit : plural)"
    }

    /// "uuid, label and timestamp".
    static func list(_ names: [Cause.Name]) -> String {
        let words = names.map(\.rawValue)
        guard words.count > 1, let last = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }

    /// Names a person should know about an extent of blocks that no rule explains.
    func unexplainedPlaces() -> [(blocks: Range<UInt64>, place: String)] {
        guard let sides = difference.sides else { return [] }
        let words = OwnerWords(sides.after.paths)
        return difference.runs.filter { !$0.isExplained }.prefix(Self.listLimit).map { run in
            (run.blocks, words.words(for: sides.after.owners.owner(of: run.blocks.lowerBound)))
        }
    }
}
