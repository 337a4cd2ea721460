/// One extended attribute as `getxattr(2)` gives it: full name, raw value.
public struct ExtendedAttribute: Sendable, Equatable {
    /// With its namespace: `user.note`, `security.capability`, `system.posix_acl_access`.
    public let name: [UInt8]
    public let value: [UInt8]

    public init(name: [UInt8], value: [UInt8]) {
        self.name = name
        self.value = value
    }
}
