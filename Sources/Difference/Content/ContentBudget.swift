/// How much the look into one file may read and expand: what an image holds must not decide how long
/// it takes to say how two images differ.
struct ContentBudget: Sendable {
    /// Bytes of files that may still be compared.
    var compared: UInt64
    /// Bytes that may still come out of compressed files.
    var expanded: UInt64

    /// - Parameters:
    ///   - compared: bytes of files that may be compared.
    ///   - expanded: bytes that may come out of compressed files.
    init(compared: UInt64 = 1 << 27, expanded: UInt64 = 1 << 26) {
        self.compared = compared
        self.expanded = expanded
    }

    /// The same for a file of an image: a small image may claim a thousand files of any size, which
    /// all are the same few blocks.
    init(imageSize: Int) {
        let size = UInt64(imageSize)
        self.init(compared: min(1 << 27, 2 * size), expanded: min(1 << 26, 8 * size))
    }

    /// Takes bytes to compare; false once there are not so many left.
    mutating func compare(_ count: Int) -> Bool { Self.take(count, from: &compared) }

    /// Takes bytes to expand; false once there are not so many left.
    mutating func expand(_ count: Int) -> Bool { Self.take(count, from: &expanded) }

    private static func take(_ count: Int, from left: inout UInt64) -> Bool {
        guard UInt64(count) <= left else {
            left = 0
            return false
        }
        left -= UInt64(count)
        return true
    }
}
