import ArgumentParser
import ImageBytes

/// Where in a file the file system lies, and how far a compressed file may expand: one group of
/// options for every command that reads images.
struct ImagePlace: ParsableArguments {
    @Option(help: "The file system is in this partition of a disk, counted from 1.")
    var partition: Int?

    @Option(help: "The file system starts so many bytes into the file.")
    var imageOffset: UInt64?

    @Option(
        help: "Refuse a compressed image that expands to more than this: \(ByteSize.help). 32G.")
    var maxExpanded: ByteSize?

    func validate() throws {
        if partition != nil, imageOffset != nil {
            throw ValidationError("--partition and --image-offset say two things.")
        }
    }

    var part: ImageSource.Part {
        if let partition { return .partition(partition) }
        return imageOffset.map { .offset($0) } ?? .whole
    }

    /// What whoever gives a whole disk wants to hear: which partitions it has.
    ///
    /// - Parameter bytes: the bytes that were taken for a file system.
    /// - Returns: nil where a part was asked for, or there is no partition table.
    func hint(_ bytes: MappedImage) -> String? {
        guard part == .whole, let table = try? PartitionTable(of: bytes.slice),
            !table.partitions.isEmpty
        else { return nil }
        let numbers = table.partitions.map { "\($0.number)" }.joined(separator: ", ")
        return "this is a disk: use --partition with \(numbers)"
    }

    var expansionLimit: UInt64 { maxExpanded?.bytes ?? ImageSource.standardExpansionLimit }
}
