/// An access control list, in the form of the system call and in that of the disk.
///
/// `getxattr("system.posix_acl_access")` gives version 2: eight bytes for each entry, each with an id
/// (`struct posix_acl_xattr_entry`). ext4 stores version 1: four bytes for an entry that has no id of
/// its own (`struct ext4_acl_entry_short` in fs/ext4/acl.h).
public struct Ext4ACL: Equatable, Sendable {
    /// One entry: who, what.
    private struct Entry: Equatable {
        let tag: UInt16
        let permissions: UInt16
        let id: UInt32
    }

    private enum Tag {
        static let owner: UInt16 = 0x01
        static let user: UInt16 = 0x02
        static let owningGroup: UInt16 = 0x04
        static let group: UInt16 = 0x08
        static let mask: UInt16 = 0x10
        static let other: UInt16 = 0x20
    }

    private static let attributeVersion: UInt32 = 2
    private static let diskVersion: UInt32 = 1
    private let entries: [Entry]

    /// Reads the value of an attribute as Linux gives it.
    ///
    /// Gives nil where the value is not one that the kernel would take (`posix_acl_valid`): other
    /// versions and lengths, entries out of order, a named user or group without a mask.
    ///
    /// - Parameter attribute: version 2, little-endian.
    public init?(attribute: [UInt8]) {
        guard attribute.count >= 4, (attribute.count - 4).isMultiple(of: 8),
            Self.number(attribute[..<4]) == Self.attributeVersion
        else { return nil }
        entries = stride(from: 4, to: attribute.count, by: 8).map { start in
            Entry(
                tag: UInt16(Self.number(attribute[start..<start + 2])),
                permissions: UInt16(Self.number(attribute[start + 2..<start + 4])),
                id: Self.number(attribute[start + 4..<start + 8]))
        }
        guard isValid else { return nil }
    }

    /// What ext4 stores as the value of the attribute.
    public var diskBytes: [UInt8] {
        var bytes = Self.bytes(Self.diskVersion, count: 4)
        for entry in entries {
            bytes += Self.bytes(UInt32(entry.tag), count: 2)
            bytes += Self.bytes(UInt32(entry.permissions), count: 2)
            if Self.hasID(entry.tag) { bytes += Self.bytes(entry.id, count: 4) }
        }
        return bytes
    }

    /// Owner, named users, owning group, named groups, mask if there must be one, others.
    private var isValid: Bool {
        let tags = entries.map(\.tag)
        let isNamed = tags.contains(where: Self.hasID)
        let count = { (tag: UInt16) in tags.count { $0 == tag } }
        return tags == tags.sorted()
            && [Tag.owner, Tag.owningGroup, Tag.other].allSatisfy { count($0) == 1 }
            && (count(Tag.mask) == 1 || count(Tag.mask) == 0 && !isNamed)
            && entries.allSatisfy { Self.isKnown($0.tag) && $0.permissions <= 7 }
            && entries.allSatisfy { !Self.hasID($0.tag) || $0.id < UInt32.max }
    }

    private static func isKnown(_ tag: UInt16) -> Bool {
        tag.nonzeroBitCount == 1 && tag <= Tag.other
    }

    private static func hasID(_ tag: UInt16) -> Bool { tag == Tag.user || tag == Tag.group }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func bytes(_ number: UInt32, count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt32(8 * $0)) }
    }
}
