internal import ImageBytes

/// What the replay of fast commits may cost, over all of its changes together.
struct EditBudget: Sendable {
    /// Extents, nodes, directory entries and blocks that are looked at.
    static let stepLimit = 1 << 20
    /// Bytes of inodes, directories and bitmaps that are kept.
    static let byteLimit = 256 << 20

    private var steps = 0
    private var bytes = 0

    /// Whether nothing more may be taken.
    var isSpent: Bool { steps > Self.stepLimit || bytes > Self.byteLimit }

    /// Takes some; once there is none left, ``check()`` throws.
    mutating func take(steps: Int = 0, bytes: Int = 0) {
        self.steps = min(self.steps + min(steps, Self.stepLimit + 1), Self.stepLimit + 1)
        self.bytes = min(self.bytes + min(bytes, Self.byteLimit + 1), Self.byteLimit + 1)
    }

    /// Takes some, and throws where there is none left.
    mutating func spend(steps: Int = 0, bytes: Int = 0) throws(FormatError) {
        take(steps: steps, bytes: bytes)
        try check()
    }

    /// Throws where there is none left.
    func check() throws(FormatError) {
        guard isSpent else { return }
        throw FormatError(
            "fast commits", at: 0,
            .contradiction(
                "touch more than is replayed (steps, bytes)", UInt64(steps), UInt64(bytes)))
    }
}
