extension ExtendedAttribute {
    /// The namespaces that ext4 stores, as prefixes of whole names (`ext4_xattr_handler_map` in the
    /// kernel's fs/ext4/xattr.c).
    private static let prefixes = ["user.", "trusted.", "security."]
    private static let accessControlLists = [
        "system.posix_acl_access", "system.posix_acl_default",
    ]
    /// `XATTR_NAME_MAX` and `XATTR_SIZE_MAX` of Linux.
    private static let nameLimit = 255
    private static let valueLimit = 65_536

    /// Why no file of an ext4 file system can have this attribute, or nil if one can.
    var problem: String? {
        let isList = Self.accessControlLists.contains { name.elementsEqual($0.utf8) }
        let isNamed = Self.prefixes.contains {
            name.starts(with: $0.utf8) && name.count > $0.utf8.count
        }
        if !isList && !isNamed {
            return "ext4 has attributes named user.…, trusted.…, security.…, "
                + "system.posix_acl_access and system.posix_acl_default"
        }
        if name.contains(0) { return "the name has a zero byte" }
        if name.count > Self.nameLimit { return "the name has \(name.count) bytes; 255 fit" }
        if value.count > Self.valueLimit { return "the value has \(value.count) bytes; 65536 fit" }
        if isList && Ext4ACL(attribute: value) == nil {
            return "the value is not an access control list"
        }
        return nil
    }
}
