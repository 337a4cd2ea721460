internal import Difference
internal import Golden

/// Every cause with its findings: what differs, where first, and before against after.
struct PageCauses {
    private let difference: ImageDifference
    private let order: PageCauseOrder
    private let counts: [(own: UInt64, following: UInt64)]

    init(_ difference: ImageDifference, _ order: PageCauseOrder) {
        self.difference = difference
        self.order = order
        counts = order.blockCounts(difference)
    }

    var html: String {
        guard !order.names.isEmpty else { return "" }
        return "<section><h2>Why</h2>\n" + order.names.indices.map(cause).joined() + "</section>\n"
    }

    /// How many blocks each cause is counted for, as one bar: its own, then those that follow.
    var bar: String {
        guard counts.contains(where: { $0.own + $0.following > 0 }) else { return "" }
        var html = "<div class=\"bar\">"
        for (name, count) in zip(order.names, counts) {
            html += Self.bar(name, count.own, "", "")
            html += Self.bar(name, count.following, " follows", " that follow")
        }
        return html + "</div>\n"
    }

    private static func bar(_ name: Cause.Name, _ count: UInt64, _ style: String, _ words: String)
        -> String
    {
        guard count > 0 else { return "" }
        return "<a class=\"c-\(name.rawValue)\(style)\" href=\"#\(name.rawValue)\""
            + " style=\"flex-grow:\(count)\" title=\"\(name.rawValue): "
            + "\(PageText.count(count, "block"))\(words)\"></a>"
    }

    private func cause(_ index: Int) -> String {
        let name = order.names[index]
        var html = "<article class=\"cause c-\(name.rawValue)\" id=\"\(name.rawValue)\">\n"
        html +=
            "<h3>\(name.title) <code>\(name.rawValue)</code><span>\(extent(index))</span></h3>\n"
        for finding in difference.findings where !finding.isDerived && finding.cause == name {
            html += self.finding(finding)
        }
        if name == .content { html += PageFiles(difference).contents }
        html += derived(from: name)
        if let hint = CauseHint.hint(for: name) {
            html += "<p class=\"hint\">\(PageText.escape(hint))</p>\n"
        }
        return html + "</article>\n"
    }

    /// `in 2 blocks, and 1,929 that follow`.
    private func extent(_ index: Int) -> String {
        let own = difference.blocks(for: order.names[index])
        let following = counts[index].following
        switch (own, following) {
        case (0, 0): return ""
        case (0, _): return "\(PageText.count(following, "block")) that follow"
        case (_, 0): return "in \(PageText.count(own, "block"))"
        default:
            return "in \(PageText.count(own, "block")), and \(Format.count(following)) that follow"
        }
    }

    private func finding(_ finding: Finding) -> String {
        var html = "<p class=\"finding\">\(PageText.escape(finding.what))"
        if finding.count > 1 || finding.examples.isEmpty {
            html += " in \(PageText.count(finding.count, finding.unit.rawValue))"
        }
        html += "</p>\n"
        // The files have a table of their own, with what is in them.
        if finding.cause == .content, finding.unit == .file, !difference.contents.isEmpty {
            return html
        }
        html += Self.examples(finding)
        let more = finding.count - min(finding.count, UInt64(finding.examples.count))
        if more > 0 { html += "<p class=\"note\">and \(Format.count(more)) more</p>\n" }
        return html
    }

    /// A table where there are values to compare, else the places alone.
    private static func examples(_ finding: Finding) -> String {
        let examples = finding.examples
        guard examples.contains(where: { $0.before != nil || $0.after != nil }) else {
            return examples.map { "<p class=\"mono\">\(PageText.escape($0.place))</p>\n" }.joined()
        }
        var html =
            "<table><thead><tr><th>place</th><th>before</th><th>after</th></tr></thead><tbody>\n"
        for example in examples {
            html += "<tr><td>\(PageText.escape(example.place))</td>"
            html +=
                finding.cause == .timestamp
                ? PageText.times(example.before, example.after)
                : PageText.cells(example.before, example.after)
            html += "</tr>\n"
        }
        return html + "</tbody></table>\n"
    }

    /// What follows from a cause, folded; where it follows from several, the first one has it.
    private func derived(from name: Cause.Name) -> String {
        let own = difference.findings.filter { finding in
            finding.isDerived && order.names.first { finding.follows.contains($0) } == name
        }
        guard !own.isEmpty else { return "" }
        var html = "<details><summary>\(summary(own))</summary><ul class=\"derived\">\n"
        for finding in own {
            html += "<li>\(finding.cause.rawValue): \(PageText.escape(finding.what)) in "
            html += PageText.count(finding.count, finding.unit.rawValue)
            let others = finding.follows.filter { $0 != name }.map(\.rawValue)
            if !others.isEmpty { html += ", as from \(PageText.list(others))" }
            html += "</li>\n"
        }
        return html + "</ul></details>\n"
    }

    private func summary(_ findings: [Finding]) -> String {
        let causes = CauseSet(findings.map { CauseSet($0.cause) })
        let count = findings.reduce(0) { $0 + $1.count }
        let words = causes.names.map { $0.title.lowercased() }
        return "\(PageText.list(words)) follow from it, in \(Format.count(count)) places"
    }
}
