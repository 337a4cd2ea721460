internal import Difference
internal import Golden
internal import HostSystem

extension DiffReport {
    /// The verdict; the trees; the layout; the causes, with what follows from them and a hint; and
    /// how much of it all is explained.
    public var text: String {
        var lines = headline
        if !difference.isSame {
            lines += treeLines + layoutLines + causeLines + coverageLines
        }
        lines += difference.warnings.map { "warning: \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    private var headline: [String] {
        let images = "\(names.before) and \(names.after)"
        guard !difference.isSame else {
            guard !difference.isIdentical else {
                return [ink.green("\(images) are identical")]
            }
            return Wrapped.lines(
                "\(images) are the same but for \(Self.list(difference.ignored.names)), which is "
                    + "ignored: \(Self.count(difference.ignoredBlocks, "block"))",
                first: "", indentation: "  ")
        }
        let blocks =
            "\(Format.count(difference.differingBlocks)) of "
            + Self.count(difference.blockCount, "block")
        let causes = Self.list(difference.primaryCauses)
        var lines = Wrapped.lines(
            "\(images) differ in \(blocks), by \(causes)", first: "", indentation: "  "
        ).map(ink.bold)
        if !difference.ignored.isEmpty {
            lines += Wrapped.lines(
                "ignored: \(Self.list(difference.ignored.names)), "
                    + "\(Self.count(difference.ignoredBlocks, "block")) that differ by nothing else",
                first: "  ", indentation: "  ")
        }
        return lines
    }

    private var treeLines: [String] {
        guard !difference.tree.isEmpty else {
            return ["", ink.bold("Trees") + ": the same"]
        }
        let added = difference.tree.count { $0.causes.contains(.added) }
        let removed = difference.tree.count { $0.causes.contains(.removed) }
        let changed = difference.tree.count - added - removed
        let counts = [(added, "added"), (removed, "removed"), (changed, "changed")]
            .filter { $0.0 > 0 }.map { "\(Format.count($0.0)) \($0.1)" }.joined(separator: ", ")
        var lines = ["", ink.bold("Trees") + ": \(counts)"]
        // Times change for very many at once; the causes say that in one line.
        let times = CauseSet(.timestamp)
        let listed = difference.tree.filter { $0.causes != times }
        for change in listed.prefix(Self.listLimit) { lines += self.lines(change) }
        if listed.count > Self.listLimit {
            lines.append("  and \(Format.count(listed.count - Self.listLimit)) more")
        }
        let stamped = difference.tree.count - listed.count
        if stamped > 0 { lines.append("  times alone: \(Format.count(stamped))") }
        return lines
    }

    private func lines(_ change: TreeChange) -> [String] {
        let path =
            difference.path(of: change).map { "\(EscapedName($0))" }
            ?? "inode \(change.before ?? change.after ?? 0)"
        if change.causes.contains(.added) {
            let origin = difference.origin(of: change).map { ": the content of \(EscapedName($0))" }
            return ["  " + ink.green("+ \(path)") + (origin ?? "")]
        }
        if change.causes.contains(.removed) { return ["  " + ink.red("- \(path)")] }
        let what = change.causes.names.map(\.rawValue).joined(separator: ", ")
        var lines = ["  " + ink.yellow("~ \(path)") + ": \(what)"]
        guard change.causes.contains(.content),
            let content = difference.contents.first(where: {
                $0.before == change.before && $0.after == change.after
            })
        else { return lines }
        lines += contentLines(content)
        return lines
    }

    private func contentLines(_ content: ContentChange) -> [String] {
        let indentation = "      "
        var lines: [String] = []
        if content.sizeBefore != content.sizeAfter {
            lines.append(
                "\(indentation)\(Format.count(content.sizeBefore)) bytes against "
                    + Format.count(content.sizeAfter))
        }
        lines.append(
            "\(indentation)from byte \(Format.count(content.offset)): "
                + "\(Self.excerpt(content.excerptBefore)) against "
                + Self.excerpt(content.excerptAfter))
        if let culprit = content.culprit {
            lines += Wrapped.lines(culprit, first: indentation, indentation: indentation)
        }
        return lines
    }

    private static func excerpt(_ bytes: [UInt8]) -> String {
        bytes.isEmpty ? "the end" : hexadecimal(bytes.prefix(8))
    }

    private var layoutLines: [String] {
        let layout = difference.layout
        var parts: [String] = []
        if layout.movedBlocks > 0 {
            parts.append(
                "\(Self.count(layout.movedBlocks, "block")) of "
                    + "\(Self.count(layout.movedFiles, "file")) moved, unchanged")
        }
        if layout.renumberedInodes > 0 {
            var part = "\(Self.count(layout.renumberedInodes, "inode")) renumbered"
            if let parting = layout.parting {
                part +=
                    ", the orders part at \(parting.path) (\(parting.before), now \(parting.after))"
            }
            parts.append(part)
        }
        if layout.reorderedDirectories > 0 {
            parts.append(
                "\(Self.count(layout.reorderedDirectories, "directory")) in another order")
        }
        guard !parts.isEmpty else { return [] }
        return [""]
            + Wrapped.lines(
                parts.joined(separator: "; "), first: ink.bold("Layout") + ": ", indentation: "  ")
    }

    private var causeLines: [String] {
        var lines = ["", ink.bold("Causes")]
        for cause in difference.primaryCauses {
            for finding in difference.findings where finding.cause == cause && !finding.isDerived {
                lines += Wrapped.lines(
                    "\(ink.yellow(cause.rawValue)): \(Self.sentence(finding))", first: "  ",
                    indentation: "      ")
            }
            if let hint = CauseHint.hint(for: cause) {
                lines += Wrapped.lines(hint, first: "      ", indentation: "      ").map(ink.faint)
            }
        }
        let derived = difference.findings.filter(\.isDerived)
        guard !derived.isEmpty else { return lines }
        lines += ["", ink.bold("What follows from them")]
        for finding in derived {
            lines += Wrapped.lines(
                "\(finding.cause.rawValue): \(Self.derivedSentence(finding))", first: "  ",
                indentation: "      ")
        }
        return lines
    }

    /// "31 blocks of checksums follow from uuid".
    static func derivedSentence(_ finding: Finding) -> String {
        let follows = "from \(list(finding.follows))"
        switch finding.unit {
        case .block:
            return "\(count(finding.count, "block")) of \(finding.what) "
                + (finding.count == 1 ? "follows " : "follow ") + follows
        case .copy where finding.count == 1: return "\(finding.what) follows \(follows)"
        default:
            return "\(finding.what) in \(count(finding.count, finding.unit.rawValue)) follows "
                + follows
        }
    }

    /// "atime differs in 61,440 inodes, first inode 13 /bin/ls: 1 against 1700000000".
    static func sentence(_ finding: Finding) -> String {
        let units = count(finding.count, finding.unit.rawValue)
        var text =
            switch finding.cause {
            case .added: "\(units) added"
            case .removed: "\(units) removed"
            case .unexplained: "\(finding.what) in \(units)"
            default:
                switch finding.unit {
                case .field: "\(finding.what)\(finding.count == 1 ? "" : ", \(units)")"
                case .copy where finding.count == 1: finding.what
                case .copy: "\(finding.what) in \(units) of the superblock"
                default: "\(finding.what) differs in \(units)"
                }
            }
        guard let first = finding.examples.first else { return text }
        if finding.unit != .copy {
            text += (finding.count == 1 ? ": " : ", first ") + first.place
        }
        switch (first.before.map(short), first.after.map(short)) {
        case (let before?, let after?): text += ": \(before) against \(after)"
        case (let one?, nil), (nil, let one?): text += ": \(one)"
        case (nil, nil): break
        }
        return text
    }

    /// A value that is much longer than a line says no more than its start.
    private static func short(_ value: String) -> String {
        value.count > 50 ? value.prefix(48) + "…" : value
    }

    private var coverageLines: [String] {
        let differing = Format.count(difference.differingBlocks)
        let explained = Format.count(difference.explainedBlocks)
        let line = "\(explained) of \(differing) differing blocks explained"
        guard difference.unexplainedBlocks > 0 else { return ["", ink.green(line)] }
        var lines = ["", ink.red(line), "Not explained:"]
        for (blocks, place) in unexplainedPlaces() {
            let last = blocks.upperBound - 1
            let words =
                blocks.count == 1
                ? "block \(blocks.lowerBound)" : "blocks \(blocks.lowerBound) to \(last)"
            lines += Wrapped.lines("\(words): \(place)", first: "  ", indentation: "      ")
        }
        return lines
    }
}
