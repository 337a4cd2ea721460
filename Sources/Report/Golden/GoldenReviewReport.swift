public import Golden
import HostSystem

/// What a waiting golden would change: `assay-golden-review/1`.
public struct GoldenReviewReport: CommandReport {
    /// More changes of one cause are counted, not listed.
    static let changeLimit = 20

    private let review: GoldenReview

    public init(_ review: GoldenReview) {
        self.review = review
    }

    public var text: String {
        let causes = review.changes.causes
        guard !causes.isEmpty else {
            return "\(name).new says what the golden says\n"
        }
        var lines = ["\(name).new changes \(Self.count(review.changes.count)):"]
        for cause in causes {
            lines.append(
                "  \(cause.name.rawValue): \(Self.count(cause.count))"
                    + (cause.name.isDerived ? ", which follow from others" : ""))
            lines += Self.lines(review.changes.filter { $0.cause == cause.name })
        }
        lines += digests
        if let inputs = review.inputs { lines.append("  inputs: \(inputs.sentence)") }
        let word = ShellWord(review.paths.text)
        if !review.hasEvidence, causes.contains(where: { $0.name == .unexplained }) {
            lines.append(
                "  next: assay golden review \(word) --image IMAGE, and --against BLESSED-IMAGE, "
                    + "explains more")
        }
        let names = causes.filter { !$0.name.isDerived }.map { "--cause \($0.name.rawValue)" }
        lines.append(
            "  next: assay golden accept \(word) "
                + "\(names.isEmpty ? "--all --reason TEXT" : names.joined(separator: " ")), "
                + "or assay golden reject \(word)")
        return lines.joined(separator: "\n") + "\n"
    }

    /// What the bytes are, beside what they mean: nothing that differs is left out.
    private var digests: [String] {
        let classes = review.classes.map { change in
            "    \(change.name): \(Self.words(change.old)) -> \(Self.words(change.new))"
        }
        let spans = review.differingSpans
        return (classes.isEmpty ? [] : ["  classes of owners that differ:"] + classes) + [
            "  \(Format.count(spans)) \(spans == 1 ? "span" : "spans") of 512 KiB "
                + (spans == 1 ? "differs" : "differ")
        ]
    }

    private static func words(_ owner: GoldenFile.OwnerClass?) -> String {
        owner.map { "\($0.blockCount) blocks, \($0.digest)" } ?? "nothing"
    }

    public var json: JSONValue {
        let members: [String: JSONValue] = [
            "format": "assay-golden-review/1",
            "golden": .string(name),
            "old_root": .string(review.old.root.hex),
            "new_root": .string(review.new.root.hex),
            "inputs": .optional(review.inputs?.name),
            "causes": .array(review.changes.causes.map(Self.json)),
            "changes": .array(review.changes.map(Self.json)),
            "classes": .array(review.classes.map(Self.json)),
            "differing_spans": .number(review.differingSpans),
        ]
        return .object(members)
    }

    private static func json(_ cause: Cause) -> JSONValue {
        .object([
            "cause": .string(cause.name.rawValue), "count": .number(cause.count),
            "where": .string(cause.place), "derived": .bool(cause.name.isDerived),
        ])
    }

    private static func json(_ change: Change) -> JSONValue {
        .object([
            "cause": .string(change.cause.rawValue), "subject": .string(change.subject),
            "path": .optional(change.path), "old": .optional(change.old),
            "new": .optional(change.new),
        ])
    }

    private static func json(_ change: GoldenReview.ClassChange) -> JSONValue {
        func json(_ owner: GoldenFile.OwnerClass?) -> JSONValue {
            guard let owner else { return .null }
            return .object([
                "blocks": .unsigned(owner.blockCount), "sha256": .string(owner.digest.hex),
            ])
        }
        return .object([
            "class": .string(change.name), "old": json(change.old), "new": json(change.new),
        ])
    }

    /// Says what nobody accepted.
    public static func refusal(_ left: [Change]) -> String {
        var lines = ["nothing was taken: \(count(left.count)) not accepted:"]
        for cause in left.causes {
            lines.append("  \(cause.name.rawValue): \(count(cause.count))")
            lines += Self.lines(left.filter { $0.cause == cause.name })
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Says what was taken, and proposes a commit message: a golden holds no reasons itself.
    public static func acceptance(_ review: GoldenReview, reason: String?) -> String {
        let name = EscapedName(review.paths.text)
        let causes = review.changes.causes.map(\.name.rawValue).joined(separator: ", ")
        let why = reason.map { ": \(EscapedName(Array($0.utf8)))" } ?? ""
        return """
            \(name) is now root \(review.new.root)
            for the commit: Accept \(causes.isEmpty ? "no change" : causes) in \(name)\(why)

            """
    }

    private var name: String { EscapedName(review.paths.text).description }

    private static func count(_ changes: Int) -> String {
        changes == 1 ? "1 change" : "\(Format.count(changes)) changes"
    }

    private static func lines(_ changes: [Change]) -> [String] {
        let shown = changes.prefix(changeLimit).map { change in
            change.old == nil && change.new == nil
                ? "    \(change.subject)"
                : "    \(change.subject): \(change.old ?? "nothing") -> \(change.new ?? "nothing")"
        }
        let rest = changes.count - shown.count
        return shown + (rest > 0 ? ["    and \(Format.count(rest)) more"] : [])
    }
}
