internal import CUserFault
internal import SystemPackage

/// Puts pages into a file that lies in memory while another thread writes to it: `UFFDIO_COPY` of
/// userfaultfd(2).
///
/// The kernel lets one writer at a time into a file (the lock of its inode). This is the way past it that
/// costs no more than `pwrite` does: a page is filled as it is allocated, many in one call. Through an
/// ordinary mapping each page is cleared first, and asked for by a fault of its own.
final class PageInserter: Sendable {
    private let descriptor: FileDescriptor

    /// Nil where the kernel has no such call, before Linux 5.11, or does not allow it, as in a container
    /// with Docker's list of system calls.
    init?() {
        let descriptor = cuserfault_open()
        guard descriptor >= 0 else { return nil }
        self.descriptor = FileDescriptor(rawValue: descriptor)
    }

    deinit { try? descriptor.close() }

    /// Gives `file`, on a tmpfs, the pages of `bytes` at `offset`, where it must have none yet.
    ///
    /// - Returns: whether they are all there. Where not, as on a full disk, nothing is lost: an ordinary
    ///   write does it, or says why not.
    func insert(
        _ bytes: UnsafeRawBufferPointer, into file: FileDescriptor, at offset: UInt64
    ) -> Bool {
        unsafe cuserfault_insert(
            descriptor.rawValue, file.rawValue, off_t(offset), bytes.baseAddress, bytes.count) == 0
    }
}
