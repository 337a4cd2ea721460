import HostSystem
import SystemPackage
import TestKit

/// A kernel that runs in QEMU: scripts/in-guest.
enum Guest {
    /// The script, beside these sources.
    static let script: FilePath = FilePath(#filePath)
        .removingLastComponent().removingLastComponent().removingLastComponent()
        .appending("scripts/in-guest")

    /// Whether this machine has what the script needs. The first call fetches the kernel.
    static var isHere: Bool {
        get async {
            let outcome = try? await Shell.attempt("'\(script)' --can >&2")
            return outcome?.status == 0
        }
    }
}
