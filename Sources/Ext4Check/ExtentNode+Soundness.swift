import Ext4Layout

extension ExtentNode {
    /// Whether the header makes sense for the node's size (`ext2fs_extent_header_verify`).
    var isSound: Bool {
        // Two entries fewer than there is room for are allowed, for the checksum at the end.
        header.magic == ExtentHeader.magic && header.entries <= header.maximum
            && Int(header.maximum) <= capacity && Int(header.maximum) >= capacity - 2
    }
}
