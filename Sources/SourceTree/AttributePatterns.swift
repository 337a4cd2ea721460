/// Which extended attributes of the sources go into the image: none, unless they were asked for.
///
/// A host gives files attributes of its own (SELinux labels, for one), and an image with them would
/// depend on the host.
public struct AttributePatterns: Sendable {
    /// A pattern that no attribute can match.
    public struct Mistake: Error, Equatable, Sendable, CustomStringConvertible {
        public let pattern: String

        public var description: String {
            "no file of an ext4 file system has an attribute \(pattern): names begin with user., "
                + "trusted. or security., or are system.posix_acl_access and "
                + "system.posix_acl_default; a * at the end stands for any more characters"
        }
    }

    private let exact: Set<[UInt8]>
    private let prefixes: [[UInt8]]

    /// Takes nothing.
    public static let none = AttributePatterns(exact: [], prefixes: [])

    private init(exact: Set<[UInt8]>, prefixes: [[UInt8]]) {
        self.exact = exact
        self.prefixes = prefixes
    }

    /// - Parameter patterns: whole names such as `security.capability`, and beginnings of names with
    ///   a star, such as `user.*`; several in one are told apart by spaces.
    /// - Throws: ``Mistake`` for a pattern that cannot match.
    public init(_ patterns: [String]) throws(Mistake) {
        var exact: Set<[UInt8]> = []
        var prefixes: [[UInt8]] = []
        let words = patterns.flatMap { pattern in
            let words = pattern.split(whereSeparator: \.isWhitespace).map(String.init)
            return words.isEmpty ? [pattern] : words
        }
        for pattern in words {
            let bytes = Array(pattern.utf8)
            guard !bytes.dropLast().contains(UInt8(ascii: "*")) else {
                throw Mistake(pattern: pattern)
            }
            if bytes.last == UInt8(ascii: "*") {
                let prefix = Array(bytes.dropLast())
                guard ExtendedAttribute.canBegin(name: prefix) else {
                    throw Mistake(pattern: pattern)
                }
                prefixes.append(prefix)
            } else {
                guard ExtendedAttribute.isPossible(name: bytes) else {
                    throw Mistake(pattern: pattern)
                }
                exact.insert(bytes)
            }
        }
        self.init(exact: exact, prefixes: prefixes)
    }

    /// The patterns, each once, in the order of their bytes.
    public var patterns: [[UInt8]] {
        (exact + Set(prefixes).map { $0 + [UInt8(ascii: "*")] })
            .sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Whether nothing was asked for, so that no file needs to be looked at.
    public var isEmpty: Bool { exact.isEmpty && prefixes.isEmpty }

    /// Whether an attribute of this name was asked for, and is one that ext4 can hold.
    public func matches(_ name: [UInt8]) -> Bool {
        (exact.contains(name) || prefixes.contains { name.starts(with: $0) })
            && ExtendedAttribute.isPossible(name: name)
    }
}
