/// The bytes a field takes, without its type: what a report needs to name a byte.
public struct FieldExtent: Sendable, CustomStringConvertible {
    /// The kernel's name of the field.
    public let name: StaticString
    /// The bytes it takes, from the start of the structure.
    public let range: Range<Int>

    /// The extent of a little-endian integer.
    public init<Value>(_ field: Field<Value>) {
        name = field.name
        range = field.offset..<field.offset + MemoryLayout<Value>.size
    }

    /// The extent of a big-endian integer.
    public init<Value>(_ field: BigEndianField<Value>) {
        name = field.name
        range = field.offset..<field.offset + MemoryLayout<Value>.size
    }

    /// The extent of a run of bytes.
    public init(_ field: BytesField) {
        name = field.name
        range = field.offset..<field.offset + field.count
    }

    /// The field's name.
    public var description: String { "\(name)" }
}

extension [FieldExtent] {
    /// The field that byte `offset` of the structure belongs to, if the table covers it.
    public func field(at offset: Int) -> FieldExtent? {
        first { $0.range.contains(offset) }
    }
}
