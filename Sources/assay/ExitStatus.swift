import ArgumentParser

/// The exit statuses of every command; 64, for usage, is the parser's.
enum ExitStatus {
    static let different = ExitCode(1)
    static let trouble = ExitCode(2)
    static let invalid = ExitCode(3)
    static let policy = ExitCode(4)
    static let noGolden = ExitCode(5)
}
