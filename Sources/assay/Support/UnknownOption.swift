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
            !Assay.message(for: error).hasPrefix("Unknown option"),
            let known = names(ofCommandIn: arguments),
            let unknown = arguments.prefix(while: { $0 != "--" }).lazy
                .filter({ $0.hasPrefix("--") })
                .map({ String($0.prefix { $0 != "=" }) })
                .first(where: { !known.contains($0) })
        else { return error }
        return ValidationError("Unknown option '\(unknown)'.")
    }

    /// Every option's name, from the help of the command that is meant.
    private static func names(ofCommandIn arguments: [String]) -> [String]? {
        let command = Array(arguments.prefix { !$0.hasPrefix("-") })
        do {
            var help = try Assay.parseAsRoot(command + ["--help"])
            // The parser's own command, which it does not show: to run it throws the text.
            guard String(describing: type(of: help)) == "HelpCommand" else { return nil }
            try help.run()
            return nil
        } catch {
            guard Assay.exitCode(for: error) == .success else { return nil }
            return Assay.fullMessage(for: error)
                .split { !($0.isLetter || $0.isNumber || $0 == "-") }
                .map(String.init)
                .filter { $0.hasPrefix("--") }
        }
    }
}
