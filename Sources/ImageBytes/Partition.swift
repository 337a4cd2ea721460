/// One partition of a disk.
public struct Partition: Equatable, Sendable {
    /// Counted from 1 as the kernel does: logical ones from 5.
    public let number: Int
    /// Where it lies on the disk.
    public let bytes: Range<UInt64>
    /// The type: two hexadecimal digits in a master boot record, a GUID in a GUID partition table.
    public let type: String
}

/// The partitions of a disk, by whichever table it has.
public struct PartitionTable: Equatable, Sendable {
    /// In the order of the table.
    public let partitions: [Partition]
    /// Why logical partitions, if there are any, are not among them.
    public let logicalFlaw: FormatError?

    /// Reads the table; one without partitions where the disk has none. A chain of logical partitions
    /// that cannot be read leaves the primary ones as they are.
    ///
    /// - Throws: `FormatError` where there is a table that cannot be right.
    public init(of disk: ImageSlice) throws(FormatError) {
        guard let record = MasterBootRecord(disk) else {
            partitions = []
            logicalFlaw = nil
            return
        }
        if record.isProtective {
            partitions = try GUIDPartitionTable.read(disk)
            logicalFlaw = nil
            return
        }
        var logical: [Partition] = []
        var flaw: FormatError?
        do throws(FormatError) { logical = try record.logical(of: disk) } catch { flaw = error }
        partitions = record.primary + logical
        logicalFlaw = flaw
    }
}
