import Golden

/// The sentences that several reports of the gate share.
enum VerifyWords {
    /// The verdict as the end of a sentence that starts with the image's name.
    static func answer(_ result: Verification) -> String {
        let golden = result.golden.map { " \($0)" } ?? ""
        return switch result.verdict {
        case .identical: "identical to\(golden)"
        case .different: "DIFFERENT from\(golden)"
        case .invalid: "NOT VALID: not a sound ext4 file system"
        case .policy where result.golden == nil: "POLICY IS NOT MET, and there is no golden"
        case .policy: "identical to\(golden), but POLICY IS NOT MET"
        case .noGolden: "NO GOLDEN to hold it against"
        }
    }

    /// How much differs, and whose it is.
    static func extent(_ extent: Verification.Extent, _ result: Verification) -> String {
        let spans = "\(extent.spans) \(extent.spans == 1 ? "span" : "spans") of 512 KiB"
        guard let blocks = extent.blocks else {
            return "\(spans) \(extent.spans == 1 ? "differs" : "differ") in part or whole"
        }
        let all = (max(result.byteCount, result.goldenByteCount) + 4095) / 4096
        let count = "\(blocks) of \(all) blocks \(blocks == 1 ? "differs" : "differ")"
        guard !result.owners.isEmpty else { return count }
        let owners = result.owners.map { "\($0.name) \($0.blocks)" }.joined(separator: ", ")
        return "\(count): \(owners)"
    }

    /// A cause in a line.
    static func cause(_ cause: Cause) -> String {
        let kind = cause.name.isDerived ? "follows" : "cause"
        let count = cause.count == 1 ? "" : " (\(cause.count))"
        return "\(kind): \(cause.name.rawValue)\(count), first \(cause.place)"
    }

    /// How many comparisons came out well.
    static func passed(_ result: Verification) -> Int {
        result.facets.count { $0.status == .passed }
    }

    /// The facet's name for people.
    static func title(_ kind: Facet.Kind) -> String {
        switch kind {
        case .size: "size"
        case .root: "dm-verity root"
        case .sha256: "SHA-256"
        case .spans: "spans"
        case .blocks: "blocks"
        case .superblock: "superblock fields"
        case .groups: "block groups"
        case .classes: "classes of owners"
        case .tree: "tree"
        case .structure: "structure"
        case .promise: "slack promise"
        case .slack: "slack policy"
        case .lint: "determinism lint"
        }
    }
}
