/// Compiled Python (`.pyc`): the time or the hash of its source.
enum PythonLook {
    /// Headers have 16 bytes from Python 3.7 on, whose numbers start here.
    private static let firstMagic: UInt64 = 3390
    private static let lastMagic: UInt64 = 5000

    static func matches(_ start: [UInt8]) -> Bool {
        guard let magic = start.integer(at: 0, count: 2), let flags = start.integer(at: 4, count: 4)
        else { return false }
        // The number is followed by a line's end, so that a file spoilt by a text copy is noticed.
        return (firstMagic...lastMagic).contains(magic) && start[2] == 0x0D && start[3] == 0x0A
            && flags < 4
    }

    static func finding(_ pair: ContentPair) -> CulpritFinding? {
        guard let left = pair.a.exactly(16, at: 0), let right = pair.b.exactly(16, at: 0),
            left != right
        else { return nil }
        func finding(_ ranges: [Range<UInt64>], _ words: String) -> CulpritFinding {
            CulpritFinding(culprit: .pythonSource, ranges: ranges, kind: "pyc", words: words)
        }
        func number(_ bytes: [UInt8], _ index: Int, _ count: Int) -> UInt64 {
            bytes.integer(at: index, count: count) ?? 0
        }
        let magics = (number(left, 0, 2), number(right, 0, 2))
        if magics.0 != magics.1 {
            return finding([0..<2], "Python's magic number \(magics.0) against \(magics.1)")
        }
        if number(left, 4, 4) != number(right, 4, 4) {
            return finding([4..<16], "the kind of check for a changed source")
        }
        if left[4] & 1 == 1 {
            return finding(
                [8..<16],
                "the source's hash \(CulpritLook.digits(left[8...])) against "
                    + CulpritLook.digits(right[8...]))
        }
        let sizes = (number(left, 12, 4), number(right, 12, 4))
        let size = sizes.0 == sizes.1 ? "" : ", its size \(sizes.0) against \(sizes.1)"
        return finding(
            [8..<16],
            "the source's mtime \(number(left, 8, 4)) against \(number(right, 8, 4))\(size)")
    }
}
