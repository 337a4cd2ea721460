internal import HostSystem
public import SystemPackage

/// A store path in a tree, and the hash that its registration gives it.
public struct StoreArchive: Sendable {
    /// The node of the store path.
    public let node: Int
    public let record: Registration.Record
    /// Where its files are on this machine.
    public let place: FilePath

    /// What else has something at this place of the tree, for a message.
    public let overlay: String?

    public init(
        node: Int, record: Registration.Record, place: FilePath, overlay: String? = nil
    ) {
        self.node = node
        self.record = record
        self.place = place
        self.overlay = overlay
    }

    /// What is wrong with a path whose archive has this hash and length; nil where they are those of
    /// the registration. Nix itself takes a length of 0 for one that nobody knows.
    func mismatch(_ hash: NarHash, _ byteCount: UInt64) -> String? {
        if hash == record.hash {
            guard record.narSize != byteCount, record.narSize != 0 else { return nil }
            return
                "\(EscapedName(place)) is registered with an archive of \(record.narSize) bytes, "
                + "but it has \(byteCount). Make the registration anew, or let it pass with "
                + "--no-nar-check"
        }
        guard let overlay else {
            return "\(EscapedName(place)) is corrupt: its content has the NAR hash \(hash), and "
                + "\(record.hash) is registered. Repair it with nix-store --repair-path, or build "
                + "it in as it is with --no-nar-check"
        }
        return
            "two sources are in conflict at \(record.path): the closure has it with the NAR hash "
            + "\(record.hash), and with \(overlay) it has another. Take it out of one of them, or "
            + "let it pass with --no-nar-check"
    }
}
