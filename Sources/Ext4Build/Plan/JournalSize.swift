/// How many blocks a journal takes.
public enum JournalSize {
    /// `JBD2_MIN_JOURNAL_BLOCKS` (include/linux/jbd2.h): the kernel mounts nothing smaller.
    static let minimum: UInt32 = 1_024
    /// `JBD2_MAX_BLOCKS` of mke2fs (`ext2fs_get_journal_params`): what it accepts at the most.
    static let maximum: UInt32 = 10_240_000

    /// What can be asked for.
    public static let allowed = UInt64(minimum)...UInt64(maximum)

    /// The steps of `ext2fs_default_journal_size` (lib/ext2fs/mkjournal.c, 1.47.0), kept here since
    /// they are part of the layout: another version of the library may have others. Below 2,048
    /// blocks mke2fs makes no journal; a canonical image always has one.
    static func automatic(blockCount: UInt64) -> UInt32 {
        switch blockCount {
        case ..<32_768: minimum
        case ..<(256 * 1_024): 4_096
        case ..<(512 * 1_024): 8_192
        case ..<(4_096 * 1_024): 16_384
        case ..<(8_192 * 1_024): 32_768
        case ..<(16_384 * 1_024): 65_536
        case ..<(32_768 * 1_024): 131_072
        default: 262_144
        }
    }
}
