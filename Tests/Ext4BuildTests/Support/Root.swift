#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Whether the tests run as root.
let isRoot = getuid() == 0
