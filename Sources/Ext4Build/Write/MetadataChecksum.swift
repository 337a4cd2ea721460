internal import enum Ext4Layout.CRC32C

/// The checksums of blocks that belong to an inode (metadata_csum).
///
/// libext2fs has setters for them, but each reads the inode back for its generation, which is 0 here,
/// and its crc32c goes byte by byte.
struct MetadataChecksum {
    private let seed: UInt32

    init(_ filesystem: Ext2Filesystem) { seed = filesystem.checksumSeed }

    /// crc32c over the file system's seed, the inode's number and its generation, then `bytes`.
    func checksum(inode: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        // The generation, the upper half, is 0.
        let prefix = CRC32C.checksum(UInt64(inode), seed: seed)
        return unsafe CRC32C.checksum(bytes.bytes, seed: prefix)
    }

    /// The checksum goes on over what follows a hash-tree node's entries: its reserved word and the
    /// place of the checksum itself, both zero (`ext2fs_dx_csum`, lib/ext2fs/csum.c).
    func indexChecksum(inode: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        unsafe CRC32C.checksum(UInt64(0), seed: checksum(inode: inode, bytes))
    }
}
