import HostSystem

/// Why a file is not a golden that this program can read.
public struct GoldenFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The line at fault, from 1; nil where the fault is the file's.
    public let line: Int?
    public let reason: Reason

    /// The rule the text breaks.
    public enum Reason: Equatable, Sendable {
        /// The first line is not a golden's; the file looks like something else.
        case notAGolden(lookAlike: LookAlike)
        /// Written by a later program, whose format this one does not know.
        case newerVersion(String)
        case badVersion(String)
        case tooLarge(byteCount: UInt64, limit: UInt64)
        case lineTooLong(limit: Int)
        case tooManyLines(of: String, limit: Int)
        /// The last line does not end, or is not the file's own digest: somebody cut it.
        case cutShort
        /// The digest on the last line is not that of the lines before it.
        case edited(written: SHA256Digest, computed: SHA256Digest)
        case notText
        case unknownKeyword(String)
        case outOfOrder(keyword: String, after: String)
        case repeated(keyword: String)
        case missing(keyword: String)
        case badValue(keyword: String, expected: String)
        /// Lines that follow from one another do not: each can be read, and one of them is wrong.
        case contradiction(of: String, to: String)
    }

    /// What was given in place of a golden.
    public enum LookAlike: String, Sendable {
        case empty = "an empty file"
        case golden = "a golden"
        case ext4 = "an ext4 image"
        case zstd = "a zstd file"
        case blocks = "a .blocks file"
        case disk = "a disk image"
        case json = "JSON"
        case other = "something else"
    }

    public init(line: Int? = nil, _ reason: Reason) {
        self.line = line
        self.reason = reason
    }

    public var description: String {
        line.map { "line \($0): \(reason)" } ?? "\(reason)"
    }
}

extension GoldenFileError.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notAGolden(let lookAlike):
            "not a golden: this is \(lookAlike.rawValue)"
        case .newerVersion(let version):
            "format \(version) is newer than this program, which knows "
                + "\(GoldenFile.majorVersion).\(GoldenFile.minorVersion); use a newer assay"
        case .badVersion(let text):
            "\"\(text)\" is not a version of the format, such as "
                + "\(GoldenFile.majorVersion).\(GoldenFile.minorVersion)"
        case .tooLarge(let count, let limit):
            "\(count) bytes are more than a golden may have (\(limit))"
        case .lineTooLong(let limit):
            "longer than a line may be (\(limit) bytes)"
        case .tooManyLines(let keyword, let limit):
            "more than \(limit) lines of \"\(keyword)\""
        case .cutShort:
            "the file does not end with its own digest; it was cut short"
        case .edited(let written, let computed):
            "the file was edited or damaged: its last line says \(written), its content comes to "
                + "\(computed)"
        case .notText:
            "not printable text"
        case .unknownKeyword(let word):
            "unknown keyword \"\(word)\""
        case .outOfOrder(let keyword, let after):
            "\"\(keyword)\" may not stand after \"\(after)\""
        case .repeated(let keyword):
            "a second line of \"\(keyword)\""
        case .missing(let keyword):
            "no line of \"\(keyword)\""
        case .badValue(let keyword, let expected):
            "\"\(keyword)\" should be \(expected)"
        case .contradiction(let lines, let line):
            "the golden contradicts itself: its lines of \"\(lines)\" do not come to its "
                + "\"\(line)\""
        }
    }
}
