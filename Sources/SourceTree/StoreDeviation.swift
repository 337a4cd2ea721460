internal import HostSystem

/// Something in a store path that is not as Nix leaves it.
struct StoreDeviation {
    let path: EscapedName
    let what: String

    /// The first difference between what was found and what Nix leaves, in words, if there is one.
    static func difference(_ found: SourceNode, _ canonical: SourceNode) -> String? {
        if found.permissions != canonical.permissions, found.kind != .symbolicLink {
            return "has mode \(octal(found.permissions)), not \(octal(canonical.permissions))"
        }
        if found.modified != canonical.modified {
            return "was modified at second \(found.modified), not \(canonical.modified)"
        }
        if found.uid != canonical.uid || found.gid != canonical.gid {
            return "belongs to \(found.uid):\(found.gid), not to root"
        }
        return nil
    }

    private static func octal(_ mode: UInt16) -> String { "0" + String(mode, radix: 8) }
}
