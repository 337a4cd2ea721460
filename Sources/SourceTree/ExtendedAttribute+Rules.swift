extension ExtendedAttribute {
    /// The namespaces that ext4 stores (`ext4_xattr_handler_map` in the kernel's fs/ext4/xattr.c).
    private static let namespaces = ["user.", "trusted.", "security."]
    private static let accessControlLists = [
        "system.posix_acl_access", "system.posix_acl_default",
    ]
    /// `XATTR_NAME_MAX` and `XATTR_SIZE_MAX` of Linux.
    private static let nameLimit = 255
    private static let valueLimit = 65_536

    /// Whether a file of an ext4 file system can have an attribute of this name.
    static func isPossible(name: [UInt8]) -> Bool {
        guard !name.contains(0), name.count <= nameLimit else { return false }
        return isAccessControlList(name)
            || namespaces.contains { name.starts(with: $0.utf8) && name.count > $0.utf8.count }
    }

    /// Whether any possible name begins with these bytes.
    static func canBegin(name prefix: [UInt8]) -> Bool {
        guard !prefix.contains(0), prefix.count <= nameLimit else { return false }
        return (namespaces + accessControlLists).contains { $0.utf8.starts(with: prefix) }
            || namespaces.contains { prefix.starts(with: $0.utf8) }
    }

    /// Why no file of an ext4 file system can have this attribute, or nil if one can.
    var problem: String? {
        guard Self.isPossible(name: name) else {
            return "ext4 has attributes named user.…, trusted.… and security.… of at most "
                + "\(Self.nameLimit) bytes, system.posix_acl_access and system.posix_acl_default"
        }
        guard value.count <= Self.valueLimit else {
            return "the value has \(value.count) bytes; \(Self.valueLimit) fit"
        }
        guard !Self.isAccessControlList(name) || Ext4ACL(attribute: value) != nil else {
            return "the value is not an access control list"
        }
        return nil
    }

    private static func isAccessControlList(_ name: [UInt8]) -> Bool {
        accessControlLists.contains { name.elementsEqual($0.utf8) }
    }
}
