internal import HostSystem
public import SystemPackage

/// Names and numbers of users or groups: the first and third field of each line in a file like
/// /etc/passwd or /etc/group.
///
/// The machine's own tables are never asked: the image must not depend on who has an account here.
public struct AccountTable: Sendable {
    private let numbers: [[UInt8]: UInt32]

    /// No names at all.
    public static let empty = AccountTable(numbers: [:])

    private init(numbers: [[UInt8]: UInt32]) { self.numbers = numbers }

    /// Reads a file in the form of passwd(5) or group(5). Empty lines, comments and lines for NIS
    /// (`+` or `-` in front) are skipped; of two lines with one name the first counts.
    ///
    /// - Throws: ``SourceError/file(_:)``, or ``SourceError/malformed(file:line:reason:)`` for a line
    ///   without a name or a number.
    public static func read(_ path: FilePath) throws(SourceError) -> AccountTable {
        try AccountTable(parsing: try TextInput.read(path), file: EscapedName(path))
    }

    init(parsing text: [UInt8], file: EscapedName) throws(SourceError) {
        var numbers: [[UInt8]: UInt32] = [:]
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            guard let first = line.first, !"#+-".utf8.contains(first) else { continue }
            let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard fields.count >= 3, !fields[0].isEmpty, let number = Self.number(fields[2]) else {
                throw .malformed(
                    file: file, line: index + 1,
                    reason: "expected name:password:number:…, as in passwd(5) and group(5)")
            }
            let name = Array(fields[0])
            if numbers[name] == nil { numbers[name] = number }
        }
        self.init(numbers: numbers)
    }

    /// The number that belongs to a name.
    public subscript(name: [UInt8]) -> UInt32? { numbers[name] }

    /// A user or group number in text. The highest one means "none" to the kernel (`INVALID_UID`).
    static func number(_ text: some Collection<UInt8>) -> UInt32? {
        Digits.parse(text).flatMap { $0 < UInt32.max ? UInt32($0) : nil }
    }
}
