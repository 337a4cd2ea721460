import ArgumentParser

/// Finds the option that a command does not have, where the parser complains of something else.
///
/// The parser decodes what it knows before it looks at what it does not know: whoever mistypes `--root`
/// would be told that there is nothing to build from.
enum UnknownOption {
    /// - Parameters:
    ///   - arguments: what was given, the subcommand first.
    ///   - error: what the parser says of it.
    /// - Returns: the better error, where there is one.
    static func error(in arguments: [String], insteadOf error: any Error) -> any Error {
        guard Assay.exitCode(for: error) == .validationFailure,
            // Where a value is missing, what stands in its place may be meant as one.
            !["Unknown option", "Missing value"].contains(
                where: Assay.message(for: error).hasPrefix),
            let known = names(ofCommandIn: arguments),
            let unknown = arguments.prefix(while: { $0 != "--" }).lazy
                .filter({ $0.hasPrefix("--") })
                .map({ String($0.prefix { $0 != "=" }) })
                .first(where: { !known.contains($0) })
        else { return error }
        // The parser would name the help of the whole program.
        let command = (["assay"] + command(in: arguments)).joined(separator: " ")
        return ValidationError("Unknown option '\(unknown)'. See '\(command) --help'.")
    }

    /// The names of the command and, of `golden`, of its part.
    private static func command(in arguments: [String]) -> [String] {
        Array(arguments.prefix { !$0.hasPrefix("-") }.prefix(arguments.first == "golden" ? 2 : 1))
    }

    /// Every option's name, from the help of the command that is meant.
    private static func names(ofCommandIn arguments: [String]) -> [String]? {
        do {
            var help = try Assay.parseAsRoot(command(in: arguments) + ["--help"])
            // The parser's own command, which it does not show: to run it throws the text.
            guard String(describing: type(of: help)) == "HelpCommand" else { return nil }
            try help.run()
            return nil
        } catch {
            guard Assay.exitCode(for: error) == .success else { return nil }
            // Options begin their line; other words with dashes are prose.
            return Assay.fullMessage(for: error).split(separator: "\n")
                .filter { $0.hasPrefix("  -") }
                .flatMap { $0.split { !($0.isLetter || $0.isNumber || $0 == "-") } }
                .map(String.init)
                .filter { $0.hasPrefix("--") }
        }
    }
}
