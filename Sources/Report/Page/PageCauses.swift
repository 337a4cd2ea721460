internal import Difference
internal import Golden

/// Every cause with its findings: what differs, where first, and before against after.
struct PageCauses {
    private let difference: ImageDifference
    private let order: PageCauseOrder

    init(_ difference: ImageDifference, _ order: PageCauseOrder) {
        self.difference = difference
        self.order = order
    }

    var html: String {
        guard !order.names.isEmpty else { return "" }
        return "<section><h2>Why</h2>\n" + order.names.map(cause).joined() + "</section>\n"
    }

    /// How many blocks each cause is counted for, as one bar.
    var bar: String {
        let counts = order.blockCounts(difference)
        guard counts.contains(where: { $0 > 0 }) else { return "" }
        var html = "<div class=\"bar\">"
        for (name, count) in zip(order.names, counts) where count > 0 {
            html += "<a class=\"c-\(name.rawValue)\" href=\"#\(name.rawValue)\""
            html += " style=\"flex-grow:\(count)\" title=\"\(name.rawValue): "
            html += "\(PageText.count(count, "block"))\"></a>"
        }
        return html + "</div>\n"
    }

    private func cause(_ name: Cause.Name) -> String {
        let blocks = difference.blocks(for: name)
        var html = "<article class=\"cause c-\(name.rawValue)\" id=\"\(name.rawValue)\">\n"
        html += "<h3>\(name.title) <code>\(name.rawValue)</code>"
        if blocks > 0 { html += "<span>in \(PageText.count(blocks, "block"))</span>" }
        html += "</h3>\n"
        for finding in difference.findings where !finding.isDerived && finding.cause == name {
            html += self.finding(finding)
        }
        html += derived(from: name)
        if let hint = CauseHint.hint(for: name) {
            html += "<p class=\"hint\">\(PageText.escape(hint))</p>\n"
        }
        return html + "</article>\n"
    }

    private func finding(_ finding: Finding) -> String {
        var html = "<p class=\"finding\">\(PageText.escape(finding.what))"
        if finding.count > 1 || finding.examples.isEmpty {
            html += " in \(PageText.count(finding.count, finding.unit.rawValue))"
        }
        html += "</p>\n"
        guard !finding.examples.isEmpty else { return html }
        html += "<table><thead><tr><th>place</th><th>before</th><th>after</th></tr></thead><tbody>\n"
        for example in finding.examples {
            html += "<tr><td>\(PageText.escape(example.place))</td>"
            if example.before == nil, example.after == nil {
                html += "<td></td><td></td></tr>\n"
                continue
            }
            let values = PageText.pair(example.before, example.after)
            html += "<td class=\"v\">\(values.before)</td><td class=\"v\">\(values.after)</td></tr>\n"
        }
        html += "</tbody></table>\n"
        let more = finding.count - min(finding.count, UInt64(finding.examples.count))
        if more > 0 { html += "<p class=\"note\">and \(Format.count(more)) more</p>\n" }
        return html
    }

    /// What follows from a cause, folded; where it follows from several, the first one has it.
    private func derived(from name: Cause.Name) -> String {
        let own = difference.findings.filter { finding in
            finding.isDerived && order.names.first { finding.follows.contains($0) } == name
        }
        guard !own.isEmpty else { return "" }
        var html = "<details><summary>\(summary(own))</summary><ul class=\"follows\">\n"
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
