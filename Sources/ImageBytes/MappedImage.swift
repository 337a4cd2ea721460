public import HostSystem
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif
public import SystemPackage

/// An image file mapped read-only for as long as the object lives.
///
/// Sendable by hand: the pointer is set once and we never write through it.
@safe public final class MappedImage: @unchecked Sendable {
    public let path: FilePath
    public let count: Int
    private let base: UnsafeRawPointer

    public init(path: FilePath) throws(FileError) {
        let file = try FileError.wrap("open", path) { try FileDescriptor.open(path, .readOnly) }
        defer { try? file.close() }
        let size = try FileError.wrap("measure", path) { try file.seek(offset: 0, from: .end) }
        guard size > 0 else { throw FileError("map", path, .invalidArgument) }

        let mapped = unsafe mmap(nil, Int(size), PROT_READ, MAP_PRIVATE, file.rawValue, 0)
        guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
            throw FileError("map", path, Errno(rawValue: errno))
        }
        self.path = path
        self.count = Int(size)
        unsafe self.base = UnsafeRawPointer(mapped)
    }

    deinit { unsafe munmap(UnsafeMutableRawPointer(mutating: base), count) }

    /// The whole image. The span cannot outlive this object; the compiler sees to that.
    public var slice: ImageSlice {
        @_lifetime(borrow self) borrowing get {
            let bytes = unsafe RawSpan(_unsafeStart: base, byteCount: count)
            return unsafe ImageSlice(_overrideLifetime(bytes, borrowing: self))
        }
    }
}
