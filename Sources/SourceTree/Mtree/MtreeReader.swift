internal import HostSystem

/// Turns the lines of an mtree text into a draft: follows /set, /unset and `..`.
struct MtreeReader {
    private let parser: MtreeParser
    private(set) var draft: MtreeDraft
    /// The folder that names without a slash are in.
    private var folder = 0

    /// Longer than any path that Linux can use, and short enough that no line makes a million folders.
    private static let pathLimit = 65_536

    private init(text: [UInt8], parser: MtreeParser) {
        self.parser = parser
        draft = MtreeDraft(text: text, parser: parser)
    }

    /// Reads all lines of a text.
    ///
    /// - Parameters:
    ///   - text: the whole text.
    ///   - parser: reads the keywords.
    ///   - failed: called with the number and the problem of each line that cannot be read.
    /// - Returns: what the other lines say.
    /// - Throws: what `failed` throws; nothing else.
    static func draft<Failure: Error>(
        of text: [UInt8], parser: MtreeParser,
        failed: (_ line: Int, _ problem: MtreeProblem) throws(Failure) -> Void
    ) throws(Failure) -> MtreeDraft {
        var reader = MtreeReader(text: text, parser: parser)
        for line in MtreeLines(text: text) {
            do throws(MtreeProblem) {
                try reader.read(line)
            } catch {
                try failed(line.number, error)
            }
        }
        return reader.draft
    }

    private mutating func read(_ line: MtreeLines.Line) throws(MtreeProblem) {
        let first = line.name
        if first.first == UInt8(ascii: "/") {
            try readCommand(first, line.keywords)
        } else if first.elementsEqual("..".utf8) {
            // mtree(8) ends its text with one `..` for the root too, so none of them is too many.
            folder = Int(draft.entries[folder].parent)
        } else {
            let keywords = try parser.parse(line.keywords)
            let entry = try locate(first, keywords, line.number)
            if let kind = draft.kind(statedOf: entry), let other = keywords.kind, kind != other {
                throw MtreeProblem(
                    "\(Excerpt(first)): line \(draft.entries[entry].line) gives it another type=")
            }
            draft.describe(entry, as: keywords, by: line)
        }
    }

    private mutating func readCommand(
        _ command: ArraySlice<UInt8>, _ words: ArraySlice<ArraySlice<UInt8>>
    ) throws(MtreeProblem) {
        if command.elementsEqual("/set".utf8) {
            draft.setDefaults(draft.currentDefaults.overridden(by: try parser.parse(words)))
        } else if command.elementsEqual("/unset".utf8) {
            var defaults = draft.currentDefaults
            for word in words { defaults.unset(word) }
            draft.setDefaults(defaults)
        } else {
            throw MtreeProblem(
                "\"\(Excerpt(command))\" is neither /set nor /unset; "
                    + "paths begin with ./ here, never with /")
        }
    }

    /// The entry that a name stands for. With a slash it is a path from the root, and leaves the
    /// current folder alone; without, it is in the current folder, which a folder then becomes.
    private mutating func locate(
        _ word: ArraySlice<UInt8>, _ keywords: MtreeKeywords, _ line: Int
    ) throws(MtreeProblem) -> Int {
        guard let name = VisEncoding.decode(word) else {
            throw MtreeProblem("\"\(Excerpt(word))\" has a backslash that begins no escape")
        }
        let slash = UInt8(ascii: "/")
        guard name.count(where: { $0 == slash }) == word.count(where: { $0 == slash }) else {
            throw MtreeProblem("\"\(Excerpt(word))\" has an escaped slash, which no name can hold")
        }
        guard name.contains(UInt8(ascii: "/")) || name.elementsEqual(".".utf8) else {
            try check(name)
            let entry = draft.child(of: folder, named: name[...], line: line)
            if (keywords.kind ?? draft.currentDefaults.kind) == .directory { folder = entry }
            return entry
        }
        guard name.count <= Self.pathLimit else {
            throw MtreeProblem(
                "\(Excerpt(name)) has \(name.count) bytes; a path may have \(Self.pathLimit) here. "
                    + "Describe its folders in lines of their own")
        }
        var entry = 0
        for part in name.split(separator: UInt8(ascii: "/")) where !part.elementsEqual(".".utf8) {
            try check(part)
            entry = draft.child(of: entry, named: part, line: line)
        }
        return entry
    }

    private func check(_ name: some Collection<UInt8>) throws(MtreeProblem) {
        guard name.count <= 255 else {
            throw MtreeProblem("the name \(Excerpt(name)) has \(name.count) bytes; 255 fit")
        }
        guard !name.contains(0), !name.elementsEqual("..".utf8) else {
            throw MtreeProblem("\"\(Excerpt(name))\" cannot be the name of a file")
        }
    }
}
