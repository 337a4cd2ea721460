internal import CExt2FS

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A failed libext2fs call.
public struct Ext2Error: Error, Equatable, Sendable {
    /// The `errcode_t` as the library returned it: an `errno` value or an `EXT2_ET_*` code.
    public let code: Int
    /// The C function that failed.
    public let call: String

    /// Our own code, outside every table of com_err: the library made another geometry than ours.
    static let otherGeometry = -1
}

extension Ext2Error {
    /// Whether the disk that the image is written to had no room: then the code is an `errno`, or
    /// the library's own where a part of what was to be written still fitted (unix_io.c).
    var isDiskFull: Bool {
        [Int(ENOSPC), Int(EDQUOT), Int(EXT2_ET_SHORT_WRITE)].contains(code)
    }
}

extension Ext2Error: CustomStringConvertible {
    public var description: String {
        guard code != Self.otherGeometry else {
            return
                "\(call): this version of libext2fs computes another geometry than layout 1 has; "
                + "please report it with the output of assay --version"
        }
        _ = Self.errorTable
        // `error_message` may return a pointer into a static buffer for unknown codes; we copy at once.
        return "\(call): \(unsafe String(cString: error_message(code)))"
    }

    private static let errorTable: Void = cext2fs_register_errors()
}

/// Runs one libext2fs call and turns a non-zero result into ``Ext2Error``.
func check(_ call: String, _ result: errcode_t) throws(Ext2Error) {
    guard result == 0 else { throw Ext2Error(code: result, call: call) }
}
