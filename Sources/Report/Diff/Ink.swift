/// Colours for a terminal, or none.
struct Ink {
    let isOn: Bool

    func bold(_ text: String) -> String { paint(text, "1") }
    func red(_ text: String) -> String { paint(text, "31") }
    func green(_ text: String) -> String { paint(text, "32") }
    func yellow(_ text: String) -> String { paint(text, "33") }
    func faint(_ text: String) -> String { paint(text, "2") }

    private func paint(_ text: String, _ code: String) -> String {
        isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

/// Breaks text into lines of at most 80 columns.
enum Wrapped {
    static let width = 80

    /// - Parameters:
    ///   - text: words with spaces between them; a word that is too long has a line to itself.
    ///   - first: what the first line starts with.
    ///   - indentation: what the others start with.
    /// - Returns: the lines, one at least.
    static func lines(_ text: String, first: String, indentation: String) -> [String] {
        var lines: [String] = []
        var line = first
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.unicodeScalars.count + 1 + word.unicodeScalars.count > width {
                lines.append(line)
                line = indentation
                isEmpty = true
            }
            line += isEmpty ? String(word) : " " + word
            isEmpty = false
        }
        lines.append(line)
        return lines
    }
}
