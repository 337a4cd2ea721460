/// What has to be left in an image for it to do its work.
public struct SlackPromise: Equatable, Sendable {
    /// The least inodes that must be free.
    public var freeInodes: UInt64?
    /// The least bytes that root must be able to fill.
    public var freeSpace: UInt64?

    /// - Parameters:
    ///   - freeInodes: the least inodes that must be free; nil for no promise.
    ///   - freeSpace: the least bytes that root must be able to fill; nil for no promise.
    public init(freeInodes: UInt64? = nil, freeSpace: UInt64? = nil) {
        self.freeInodes = freeInodes
        self.freeSpace = freeSpace
    }

    /// What of it is not kept, a sentence each.
    ///
    /// - Parameter slack: what is free.
    /// - Returns: nothing where all of it is kept.
    public func failures(_ slack: Slack) -> [String] {
        var failures: [String] = []
        if let freeInodes, slack.freeInodes < freeInodes {
            failures.append("\(slack.freeInodes) inodes are free, \(freeInodes) are wanted")
        }
        if let freeSpace, slack.usableBytes < freeSpace {
            failures.append(
                "\(slack.usableBytes) bytes can be filled, \(freeSpace) are wanted")
        }
        return failures
    }
}
