internal import CExt2FS

/// The checksums of blocks that belong to an inode (metadata_csum).
///
/// libext2fs has setters for them, but each reads the inode back for its generation, which is 0 here.
struct MetadataChecksum {
    private let seed: UInt32

    init(_ filesystem: Ext2Filesystem) { seed = filesystem.checksumSeed }

    /// crc32c over the file system's seed, the inode's number and its generation, then `bytes`.
    func checksum(inode: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let prefix: [UInt8] =
            unsafe withUnsafeBytes(of: inode.littleEndian) { unsafe Array($0) } + [0, 0, 0, 0]
        return unsafe Self.crc(Self.crc(seed, prefix), bytes)
    }

    /// The checksum goes on over what follows a hash-tree node's entries: its reserved word and the
    /// place of the checksum itself, both zero (`ext2fs_dx_csum`, lib/ext2fs/csum.c).
    func indexChecksum(inode: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        unsafe Self.crc(checksum(inode: inode, bytes), [UInt8](repeating: 0, count: 8))
    }

    private static func crc(_ start: UInt32, _ bytes: [UInt8]) -> UInt32 {
        unsafe bytes.withUnsafeBytes { unsafe crc(start, $0) }
    }

    private static func crc(_ start: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        unsafe ext2fs_crc32c_le(
            start, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    }
}
