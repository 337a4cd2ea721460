internal import Difference
internal import Ext4Image
internal import Golden
internal import HostSystem

/// The names and the files that are not the same on both sides.
struct PageFiles {
    /// Rows that a table has at most; `--format json` has them all.
    private static let rowLimit = 100

    private let difference: ImageDifference

    init(_ difference: ImageDifference) { self.difference = difference }

    /// The names that differ, and how the layouts compare.
    var html: String { tree + layout }

    private var tree: String {
        guard !difference.tree.isEmpty else { return "" }
        // Where every time differs, the table would show nothing else.
        let changes = difference.tree.filter { $0.causes != CauseSet(.timestamp) }
        let stamped = difference.tree.count - changes.count
        var html = "<section id=\"tree\"><h2>Tree</h2>\n"
        if !changes.isEmpty {
            html += "<table><thead><tr><th>path</th><th>differs in</th></tr></thead><tbody>\n"
            for change in changes.prefix(Self.rowLimit) {
                let path = difference.path(of: change).map { "\(EscapedName($0))" } ?? "?"
                let causes = change.causes.names.map(\.rawValue).joined(separator: ", ")
                html += "<tr><td>\(PageText.escape(path))</td><td>\(causes)</td></tr>\n"
            }
            html += "</tbody></table>\n" + more(changes.count)
        }
        if stamped > 0 {
            html += "<p class=\"note\">Nothing but times differs in "
            html += "\(PageText.count(stamped, changes.isEmpty ? "name" : "other name")).</p>\n"
        }
        return html + "</section>\n"
    }

    /// The files that differ, where first, and what it is; for the cause of that name.
    var contents: String {
        guard !difference.contents.isEmpty, let sides = difference.sides else { return "" }
        var html = "<table><thead><tr><th>path</th>"
        html += "<th class=\"n\">from byte</th><th>before</th><th>after</th></tr></thead><tbody>\n"
        for change in difference.contents.prefix(Self.rowLimit) {
            let path = sides.after.paths.path(of: change.after).map { "\(EscapedName($0))" }
            let words = Self.words(change)
            html += words.isEmpty ? "<tr>" : "<tr class=\"open\">"
            html += "<td>\(PageText.escape(path ?? "inode \(change.after)"))</td>"
            html += "<td class=\"n\">\(Format.count(change.offset))</td>"
            html += PageText.cells(
                Self.digits(change.excerptBefore), Self.digits(change.excerptAfter))
            html += "</tr>\n"
            if words.isEmpty { continue }
            html += "<tr><td class=\"culprit\" colspan=\"4\">\(PageText.escape(words))</td></tr>\n"
        }
        return html + "</tbody></table>\n" + more(difference.contents.count)
    }

    /// What the look inside found, and the sizes where they differ.
    private static func words(_ change: ContentChange) -> String {
        var parts = change.culprit.map { [$0] } ?? []
        if change.sizeBefore != change.sizeAfter {
            parts.append(
                "\(Format.count(change.sizeBefore)) bytes against "
                    + Format.count(change.sizeAfter))
        }
        return parts.joined(separator: "; ")
    }

    private func more(_ count: Int) -> String {
        count > Self.rowLimit
            ? "<p class=\"note\">and \(Format.count(count - Self.rowLimit)) more</p>\n" : ""
    }

    /// Bytes in hexadecimal digits, eight of them; nothing at the end of the file.
    private static func digits(_ bytes: [UInt8]) -> String? {
        guard !bytes.isEmpty else { return nil }
        return bytes.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            .joined(separator: " ") + (bytes.count > 8 ? " …" : "")
    }

    private var layout: String {
        let layout = difference.layout
        var lines: [String] = []
        if layout.movedBlocks > 0 {
            lines.append(
                "\(PageText.count(layout.movedBlocks, "block")) of "
                    + "\(PageText.count(layout.movedFiles, "file")) moved, their bytes unchanged.")
        }
        if layout.renumberedInodes > 0 {
            lines.append("\(PageText.count(layout.renumberedInodes, "inode")) have other numbers.")
        }
        if layout.reorderedDirectories > 0 {
            lines.append(
                "\(PageText.count(layout.reorderedDirectories, "directory")) hold the same names in "
                    + "another order.")
        }
        if let parting = layout.parting {
            lines.append(
                "The orders of the inodes part at \(parting.path): \(parting.before) before, "
                    + "\(parting.after) after.")
        }
        guard !lines.isEmpty else { return "" }
        return "<section id=\"layout\"><h2>Layout</h2>\n"
            + lines.map { "<p>\(PageText.escape($0))</p>\n" }.joined() + "</section>\n"
    }
}
