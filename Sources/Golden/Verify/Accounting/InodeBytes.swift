import Ext4Layout
import ImageBytes

/// The bytes of an inode while values of its name's line are put into them.
struct InodeBytes {
    private(set) var bytes: [UInt8]
    private let number: UInt32

    init(_ bytes: [UInt8], number: UInt32) {
        self.bytes = bytes
        self.number = number
    }

    /// The bytes after the first 128 that hold fields.
    private var extraSize: Int {
        Inode(ImageSlice(bytes.rawSpan), number: number).extraSize
    }

    mutating func set<Value>(_ field: Field<Value>, _ value: Value) {
        for index in 0..<MemoryLayout<Value>.size {
            bytes[field.offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
        }
    }

    /// Sets a field beyond the first 128 bytes, where the inode has it.
    mutating func setExtra(_ field: Field<UInt32>, _ value: UInt32) {
        guard field.offset + 4 <= 128 + extraSize else { return }
        set(field, value)
    }

    /// Sets a number of which each half has a field.
    mutating func set(_ low: Field<UInt16>, _ high: Field<UInt16>, _ value: UInt32) {
        set(low, UInt16(truncatingIfNeeded: value))
        set(high, UInt16(truncatingIfNeeded: value >> 16))
    }

    /// Sets the permissions; the kind of file stays.
    mutating func setMode(_ permissions: UInt16) {
        set(
            Inode.Fields.mode,
            ImageSlice(bytes.rawSpan)[Inode.Fields.mode] & 0xF000 | permissions & 0xFFF)
    }

    mutating func setSize(_ size: UInt64) {
        set(Inode.Fields.sizeLow, UInt32(truncatingIfNeeded: size))
        set(Inode.Fields.sizeHigh, UInt32(truncatingIfNeeded: size >> 32))
    }

    /// Sets a time as a name's line has it: seconds, and nanoseconds after a dot.
    mutating func set(_ field: Field<UInt32>, _ extra: Field<UInt32>, _ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard let first = parts.first, let seconds = Int64(first) else { return }
        let nanoseconds = parts.count == 2 ? UInt32(decimal: parts[1].drop { $0 == "0" }) ?? 0 : 0
        let low = Int32(truncatingIfNeeded: seconds)
        // The creation time is itself beyond the first 128 bytes.
        if field.offset >= 128 {
            setExtra(field, UInt32(bitPattern: low))
        } else {
            set(field, UInt32(bitPattern: low))
        }
        let epoch = UInt32(truncatingIfNeeded: (seconds &- Int64(low)) >> 32) & 3
        setExtra(extra, nanoseconds << 2 | epoch)
    }

    /// Sets the flags that a name's line has; those that say how a file is stored stay.
    mutating func setFlags(_ names: [Substring]) {
        let named = InodeFlags.names.filter { names.contains(Substring($0.1)) }.map(\.0)
        let flags = InodeFlags(rawValue: ImageSlice(bytes.rawSpan)[Inode.Fields.flags])
        let kept = flags.intersection(TreeLines.storageFlags)
        set(Inode.Fields.flags, kept.union(InodeFlags(named)).rawValue)
    }

    mutating func setChecksum(_ checksums: MetadataChecksums) {
        let (value, isWide) = {
            let inode = Inode(ImageSlice(bytes.rawSpan), number: number)
            return (checksums.inode(inode), MetadataChecksums.inodeHasWideChecksum(inode))
        }()
        set(Inode.Fields.checksumLow, UInt16(truncatingIfNeeded: value))
        if isWide {
            set(Inode.Fields.checksumHigh, UInt16(truncatingIfNeeded: value >> 16))
        }
    }
}
