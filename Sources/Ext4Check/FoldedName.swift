/// Names in directories that do not tell upper from lower case.
enum FoldedName {
    /// The version of Unicode that the kernel's tables are of; later characters are unassigned.
    private static let lastVersion = (major: 12, minor: 1)

    /// The name as it is hashed and compared: exact for names of ASCII, and for those that are not
    /// UTF-8, which are taken as they are; nil for the rest, whose folding needs the kernel's
    /// tables.
    static func ascii(_ name: [UInt8]) -> [UInt8]? {
        if name.allSatisfy({ $0 < 0x80 }) {
            return name.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        }
        return isValid(name) ? nil : name
    }

    /// Whether a name is UTF-8 without unassigned characters.
    static func isValid(_ name: [UInt8]) -> Bool {
        guard let text = String(validating: name, as: UTF8.self) else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            guard let age = scalar.properties.age else { return false }
            return (age.major, age.minor) <= lastVersion
        }
    }
}
