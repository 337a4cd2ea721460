/// The lines of an mtree text: continued ones joined, comments gone, cut into words.
struct MtreeLines: Sequence, IteratorProtocol {
    /// The words of a line.
    struct Line {
        /// Where it begins, in bytes from the text's beginning.
        let start: Int
        /// Of its first line in the text, from 1.
        let number: Int
        let words: [ArraySlice<UInt8>]

        /// The entry's name: the first word, or the last one, where `mtree -D` puts it. No keyword begins
        /// like its paths, which are always whole.
        var name: ArraySlice<UInt8> { isNameLast ? words[words.count - 1] : words[0] }

        /// All words but the name.
        var keywords: ArraySlice<ArraySlice<UInt8>> {
            isNameLast ? words.dropLast() : words.dropFirst()
        }

        private var isNameLast: Bool {
            guard words.count > 1, let last = words.last else { return false }
            return last.starts(with: "./".utf8) || last.elementsEqual(".".utf8)
        }
    }

    private let text: [UInt8]
    private var position: Int
    private var nextNumber = 1

    /// The lines from the one on that begins at `start`; counted from there.
    init(text: [UInt8], from start: Int = 0) {
        self.text = text
        position = start
    }

    /// The next line that has any word.
    mutating func next() -> Line? {
        while position < text.count {
            let (start, number) = (position, nextNumber)
            let words = takeWords()
            if !words.isEmpty { return Line(start: start, number: number, words: words) }
        }
        return nil
    }

    /// Reads up to the newline that ends the line. A backslash before a newline joins two lines; a
    /// word that begins with `#` begins a comment, which ends with its line whatever stands there.
    private mutating func takeWords() -> [ArraySlice<UInt8>] {
        var words: [ArraySlice<UInt8>] = []
        while position < text.count {
            switch text[position] {
            case UInt8(ascii: "\n"):
                position += 1
                nextNumber += 1
                return words
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
            case UInt8(ascii: "#"):
                position = text[position...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
            default:
                let word = takeWord()
                if !word.isEmpty { words.append(word) }
            }
        }
        return words
    }

    private mutating func takeWord() -> ArraySlice<UInt8> {
        var joined: [UInt8] = []
        var start = position
        loop: while position < text.count {
            switch text[position] {
            case UInt8(ascii: "\n"), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                break loop
            case UInt8(ascii: "\\"):
                if let newline = continuationEnd() {
                    joined += text[start..<position]
                    position = newline + 1
                    start = position
                    nextNumber += 1
                } else {
                    // Past the backslash alone: `\\` before a newline must not pass for one that
                    // joins lines, while a space ends the word even here.
                    let next = position + 1
                    let isDouble = next < text.count && text[next] == UInt8(ascii: "\\")
                    position = isDouble ? next + 1 : next
                }
            default: position += 1
            }
        }
        guard !joined.isEmpty else { return text[start..<position] }
        joined += text[start..<position]
        return joined[...]
    }

    /// Where the newline is, if the backslash at `position` stands at the end of its line.
    private func continuationEnd() -> Int? {
        var end = position + 1
        if end < text.count, text[end] == UInt8(ascii: "\r") { end += 1 }
        return end < text.count && text[end] == UInt8(ascii: "\n") ? end : nil
    }
}
