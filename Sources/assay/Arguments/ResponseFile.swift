import ArgumentParser
import HostSystem
import SourceTree
import SystemPackage

/// Recipes: files with one long option a line, taken as if they stood on the command line.
///
/// `@FILE` anywhere, or `--recipe FILE`, as gcc, javac and Bazel have it. Blank lines and lines that
/// begin with `#` are passed over; a line is an option and, after a space or `=`, its value up to the
/// end of the line. Paths are relative to the recipe. What follows on the command line comes later,
/// and so it wins.
enum ResponseFile {
    /// Options whose value is a path.
    private static let pathOptions: Set<String> = [
        "--root", "--mtree", "--closure-info", "--files", "--store-paths", "--store-root",
        "--uname-table", "--gname-table", "--output", "--golden",
    ]

    /// Every long option of every command, as their helps list them: so that a key that there is not
    /// is found with its line.
    private static let knownOptions: Set<String> = {
        let helps = Assay.configuration.subcommands.map { Assay.helpMessage(for: $0) }
        let words = helps.joined(separator: " ").split { !$0.isLetter && $0 != "-" }
        return Set(words.filter { $0.hasPrefix("--") }.map(String.init))
    }()

    /// The arguments with every recipe in its place.
    static func expand(_ arguments: [String]) throws -> [String] {
        var expanded: [String] = []
        var rest = arguments[...]
        // `golden record --recipe` is an option of another kind: what an image is made from again.
        let isBuild = arguments.first == "build"
        while let argument = rest.popFirst() {
            if argument == "--" {
                return expanded + [argument] + rest
            } else if argument.hasPrefix("@"), argument.count > 1 {
                expanded += try read(String(argument.dropFirst()))
            } else if isBuild, argument == "--recipe", let path = rest.popFirst() {
                expanded += try read(path)
            } else if isBuild, argument.hasPrefix("--recipe=") {
                expanded += try read(String(argument.dropFirst("--recipe=".count)))
            } else {
                expanded.append(argument)
            }
        }
        return expanded
    }

    private static func read(_ path: String) throws -> [String] {
        let file = FilePath(argument: path)
        let bytes = try TextInput.read(file)
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw ValidationError("\(EscapedName(file)): the recipe is not UTF-8")
        }
        // As if it stood on the command line.
        let text = ArgumentText.text(bytes)
        let folder = file.removingLastComponent()
        // By bytes: to Swift, a carriage return and a newline are one character.
        return try text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
            .flatMap { number, line in
                try arguments(of: Substring(line), in: folder) {
                    ValidationError("\(EscapedName(file)):\(number + 1): \($0)")
                }
            }
    }

    private static func arguments(
        of line: Substring, in folder: FilePath, _ mistake: (String) -> ValidationError
    ) throws -> [String] {
        let line = line.trimmingSpaces()
        guard !line.isEmpty, !line.hasPrefix("#") else { return [] }
        guard line.hasPrefix("--"), line.count > 2 else {
            throw mistake(
                "expected a long option such as --label NAME, found "
                    + "“\(EscapedName(line.utf8))”")
        }
        let name = line.prefix { $0 != " " && $0 != "\t" && $0 != "=" }
        guard name != "--recipe" else { throw mistake("a recipe cannot name another recipe") }
        guard knownOptions.contains(String(name)) else {
            throw mistake("there is no option \(EscapedName(name.utf8))")
        }
        let value = line[name.endIndex...].dropFirst().trimmingSpaces()
        guard name.endIndex < line.endIndex else { return [String(name)] }
        guard pathOptions.contains(String(name)), value != "-" else {
            return [String(name), String(value)]
        }
        return [String(name), ArgumentText.text(folder.pushing(FilePath(argument: value)).bytes)]
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> Substring {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        let start = drop(while: isSpace)
        guard let last = start.lastIndex(where: { !isSpace($0) }) else { return start.prefix(0) }
        return start[...last]
    }
}
