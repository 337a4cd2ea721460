internal import HostSystem
internal import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension OutputFile {
    /// Writes bytes while another thread writes elsewhere, where the file lies in memory: through a
    /// mapping, for which the kernel does not take the file's lock. A page costs twice what `write`
    /// takes for it that way; it is for a thread that had to wait.
    ///
    /// - Returns: whether it is done. Where not, as on a disk or where there is no room, nothing is
    ///   lost: ``write(_:at:)`` does it, or says why not.
    func writeBesideOthers(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) -> Bool {
        guard isInMemory, unsafe !bytes.isEmpty else { return false }
        let mapped = unsafe mmap(
            nil, bytes.count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.rawValue, off_t(offset)
        )
        guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else { return false }
        defer { unsafe munmap(mapped, bytes.count) }
        guard unsafe madvise(mapped, bytes.count, LinuxConstant.adviseToPopulate) == 0 else {
            return false
        }
        unsafe UnsafeMutableRawBufferPointer(start: mapped, count: bytes.count)
            .copyMemory(from: bytes)
        return true
    }
}
