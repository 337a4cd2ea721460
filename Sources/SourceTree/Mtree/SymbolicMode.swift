/// Modes as chmod(1) and setmode(3) have them in symbols: `u=rwx,g+rx,o=`.
enum SymbolicMode {
    /// The mode that `text` makes of 0, or nil where it is none. The umask has no say.
    static func parse(_ text: some Collection<UInt8>, isFolder: Bool) -> UInt16? {
        var mode: UInt16 = 0
        let clauses = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        for clause in clauses {
            guard let changed = apply(Array(clause), to: mode, isFolder: isFolder) else {
                return nil
            }
            mode = changed
        }
        return mode
    }

    /// One clause: who, then one or more of an operator with its permissions.
    private static func apply(_ clause: [UInt8], to mode: UInt16, isFolder: Bool) -> UInt16? {
        let who = clause.prefix { classes[$0] != nil }
        let mask = who.isEmpty ? 0o7777 : who.reduce(0) { $0 | (classes[$1] ?? 0) }
        var rest = clause.dropFirst(who.count)
        guard !rest.isEmpty else { return nil }
        var mode = mode
        while let operation = rest.popFirst() {
            var bits: UInt16 = 0
            while let byte = rest.first, !isOperator(byte) {
                guard let added = permission(byte, of: mode, isFolder: isFolder) else { return nil }
                bits |= added
                rest.removeFirst()
            }
            switch operation {
            case UInt8(ascii: "="): mode = mode & ~mask | bits & mask
            case UInt8(ascii: "+"): mode |= bits & mask
            case UInt8(ascii: "-"): mode &= ~(bits & mask)
            default: return nil
            }
        }
        return mode
    }

    /// The bits that each class may change. The sticky bit belongs to `a` and to no class.
    private static let classes: [UInt8: UInt16] = [
        UInt8(ascii: "u"): 0o4700, UInt8(ascii: "g"): 0o2070, UInt8(ascii: "o"): 0o0007,
        UInt8(ascii: "a"): 0o7777,
    ]

    private static func isOperator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "=") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    }

    /// The bits of one letter, in every class.
    private static func permission(_ byte: UInt8, of mode: UInt16, isFolder: Bool) -> UInt16? {
        switch byte {
        case UInt8(ascii: "r"): 0o444
        case UInt8(ascii: "w"): 0o222
        case UInt8(ascii: "x"): 0o111
        case UInt8(ascii: "X"): isFolder || mode & 0o111 != 0 ? 0o111 : 0
        case UInt8(ascii: "s"): 0o6000
        case UInt8(ascii: "t"): 0o1000
        case UInt8(ascii: "u"): (mode >> 6 & 7) * 0o111
        case UInt8(ascii: "g"): (mode >> 3 & 7) * 0o111
        case UInt8(ascii: "o"): (mode & 7) * 0o111
        default: nil
        }
    }
}
