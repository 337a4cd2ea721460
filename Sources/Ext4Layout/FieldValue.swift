public import ImageBytes

/// The value at a field, in the form it is best shown in.
public enum FieldValue: Equatable, Sendable {
    /// A number of up to 64 bits.
    case number(UInt64)
    /// Bytes up to the first zero: a name, a path, options.
    case text([UInt8])
    /// Any other bytes.
    case bytes([UInt8])

    /// - Parameters:
    ///   - field: a field of the structure.
    ///   - slice: the structure.
    ///   - texts: the names of the fields that are text.
    public init(_ field: FieldExtent, in slice: ImageSlice, texts: Set<String> = []) {
        let start = field.range.lowerBound
        switch field.range.count {
        case 1: self = .number(UInt64(slice[byte: start]))
        case 2: self = .number(UInt64(slice[Field<UInt16>(field.name, at: start)]))
        case 4 where !texts.contains("\(field)"):
            self = .number(UInt64(slice[Field<UInt32>(field.name, at: start)]))
        case 8: self = .number(slice[Field<UInt64>(field.name, at: start)])
        default:
            let bytes = slice.copy(field.range)
            self =
                texts.contains("\(field)") ? .text(Array(bytes.prefix { $0 != 0 })) : .bytes(bytes)
        }
    }
}

extension Superblock {
    /// The fields that hold text.
    private static let texts: Set<String> = [
        "s_volume_name", "s_last_mounted", "s_first_error_func", "s_last_error_func",
        "s_mount_opts",
    ]

    /// Every field by the kernel's name, in the order of the bytes.
    public var values: [(name: String, value: FieldValue)] {
        Self.layout.map { ("\($0)", FieldValue($0, in: slice, texts: Self.texts)) }
    }
}

extension Inode {
    /// Every field by the kernel's name, in the order of the bytes, as far as the inode has them.
    public var values: [(name: String, value: FieldValue)] {
        var found: [(name: String, value: FieldValue)] = []
        let end = slice.count > 128 ? 128 + max(extraSize, 2) : 128
        for field in Self.layout where field.range.upperBound <= end {
            found.append(("\(field)", FieldValue(field, in: slice)))
        }
        return found
    }
}
