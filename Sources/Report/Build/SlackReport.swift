internal import Ext4Build

/// The slack of a planned image in the words and keys of `check`.
enum SlackReport {
    static func json(_ slack: Slack) -> JSONValue {
        [
            "free_blocks": .number(slack.freeBlocks),
            "kernel_reserved_blocks": .number(slack.kernelReservedBlocks),
            "usable_blocks": .number(slack.usableBlocks),
            "usable_bytes": .number(slack.usableBytes),
            "free_inodes": .number(slack.freeInodes),
            "max_online_bytes": .number(slack.maximumOnlineBytes),
        ]
    }

    static func text(_ slack: Slack) -> String {
        """
        first boot  \(Format.bytes(slack.usableBytes)) for root to write, \
        \(Format.count(slack.freeInodes)) inodes
                    (\(Format.count(slack.freeBlocks)) free blocks, of which the kernel keeps \
        \(Format.count(slack.kernelReservedBlocks)))
        grows to    \(Format.bytes(slack.maximumOnlineBytes)) by an online resize

        """
    }
}
