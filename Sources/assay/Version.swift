import Ext4Build
import Golden

/// What `--version` prints.
enum Version {
    static let number = "0.1.0"

    static var text: String {
        """
        assay \(number)
        libext2fs \(LibraryVersion.ext2fs)
        libzstd \(LibraryVersion.zstd)
        libxxhash \(BlockHashes.libraryVersion)
        """
    }
}
