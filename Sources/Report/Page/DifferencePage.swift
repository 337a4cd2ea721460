internal import Difference
internal import Ext4Image
internal import Ext4Layout
internal import Golden
internal import HostSystem

/// How two images differ, as one page for a browser: it needs no network, has no scripts, and holds
/// nothing of the images that could be taken for markup.
public struct DifferencePage {
    private let difference: ImageDifference
    private let before: String
    private let after: String
    private let version: String
    private let order: PageCauseOrder

    /// - Parameters:
    ///   - report: what to show.
    ///   - version: of this program.
    public init(_ report: DiffReport, version: String) {
        difference = report.difference
        (before, after) = report.names
        self.version = version
        order = PageCauseOrder(difference)
    }

    /// The page. Equal differences give equal pages.
    public var html: String {
        let causes = PageCauses(difference, order)
        return head
            + "<header><p class=\"kicker\">assay diff</p>\n<h1>\(PageText.escape(verdict))</h1>\n"
            + sides + "</header>\n<section>\n" + causes.bar + coverage + warnings + "</section>\n"
            + causes.html + PageMaps(difference, order).html + PageFiles(difference).html
            + "<footer>Assay \(PageText.escape(version)). This page needs no network and has no "
            + "scripts.</footer>\n</main></body></html>\n"
    }

    /// Nothing may be fetched and nothing run, whatever slips through: the browser sees to it.
    private var head: String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" \
        content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(PageText.escape("\(before) and \(after)")) – assay diff</title>
        <style>\(PageStyle.sheet(order.names))</style></head>
        <body><main>

        """
    }

    /// The answer in one sentence.
    var verdict: String {
        let blocks = difference.differingBlocks
        if difference.isIdentical { return "The two images are the same bytes." }
        if difference.isSame { return "The two images differ only in what was ignored." }
        let names = difference.primaryCauses.filter { $0 != .unexplained }.map(\.rawValue)
        let unexplained = difference.unexplainedBlocks
        let verb = blocks == 1 ? "differs" : "differ"
        var text = "\(PageText.count(blocks, "block")) \(verb)"
        if !names.isEmpty { text += ": \(PageText.list(names))" }
        if unexplained > 0 { text += "; nothing explains \(Format.count(unexplained)) of them" }
        return text + "."
    }

    private var coverage: String {
        coverageLines.map { "<p class=\"note\">\(PageText.escape($0))</p>\n" }.joined()
    }

    /// How much of what differs is explained, and what was not compared.
    var coverageLines: [String] {
        var lines: [String] = []
        let all = difference.differingBlocks
        if all > 0 {
            lines.append(
                "\(Format.count(difference.explainedBlocks)) of \(Format.count(all)) differing "
                    + "blocks explained, of \(Format.count(difference.blockCount)) in the image.")
        }
        let ignored = difference.ignored.names.map(\.rawValue)
        if !ignored.isEmpty {
            lines.append(
                "Compared without \(PageText.list(ignored)), which "
                    + "\(PageText.count(difference.ignoredBlocks, "block")) differ in alone.")
        }
        return lines
    }

    private var warnings: String {
        difference.warnings.map { "<p class=\"warning\">\(PageText.escape($0))</p>\n" }.joined()
    }

    /// What the two images say of themselves, side by side.
    private var sides: String {
        var html = "<table class=\"sides\"><thead><tr><th></th><th>before</th><th>after</th></tr>"
        html += "</thead><tbody>\n"
        html += row("file", before, after)
        let (one, other) = (difference.before, difference.after)
        html += row("size", Self.size(one), Self.size(other))
        html += row("label", Self.label(one), Self.label(other))
        html += row("UUID", uuidText(one.superblock.uuid), uuidText(other.superblock.uuid))
        return html + "</tbody></table>\n"
    }

    private func row(_ name: String, _ before: String, _ after: String) -> String {
        guard before != after else {
            return "<tr><td>\(name)</td><td colspan=\"2\">\(PageText.escape(before))</td></tr>\n"
        }
        return "<tr><td>\(name)</td>\(PageText.cells(before, after))</tr>\n"
    }

    private static func size(_ image: Ext4Image) -> String {
        let geometry = image.geometry
        return "\(Format.count(geometry.blockCount)) blocks of "
            + "\(Format.count(geometry.blockSize)) bytes, "
            + Format.bytes(geometry.blockCount &* UInt64(geometry.blockSize))
    }

    private static func label(_ image: Ext4Image) -> String {
        let label = image.superblock[Superblock.Fields.volumeName].prefix { $0 != 0 }
        return label.isEmpty ? "none" : "\(EscapedName(label))"
    }
}
