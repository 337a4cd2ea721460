import ArgumentParser
import Ext4Build
import HostSystem

/// What the image is to be, beside its content.
struct ImageOptionGroup: ParsableArguments {
    @Option(help: "The volume label, 16 bytes at most.")
    var label = ""

    @Option(help: "The UUID of the file system. Default: 44444444-4444-4444-8888-888888888888.")
    var uuid: UUIDArgument?

    @Option(help: "The seed of directory hashes, written as a UUID. Default: derived from --uuid.")
    var hashSeed: UUIDArgument?

    @Option(
        help: """
            The time of everything, in seconds since 1970. Default: SOURCE_DATE_EPOCH, else 1.
            """)
    var epoch: Int64?

    @Option(
        help: "Modification times: pin them all to the epoch, or clamp those that are later.")
    var timestamps = ImageOptions.TimeStamps.pin

    @Option(help: "Inodes that are free in the finished image, at least.")
    var freeInodes: UInt32 = 2_048

    @Option(
        help: "What root can write on the first boot, at least: \(ByteSize.help). Default: 32M.")
    var freeSpace: ByteSize?

    @Option(help: "The image's size is a multiple of this. Default: 1M.")
    var align: ByteSize?

    @Option(help: "The image's size. Default: the smallest that keeps the promises.")
    var size: ByteSize?

    @Option(help: "Percent of the blocks that only root may take.")
    var reservedPercent = 5

    @Option(help: "The journal's size, 4M at least. Default: by the size of the image.")
    var journalSize: ByteSize?

    @Flag(help: "Make no journal.")
    var noJournal = false

    @Option(help: "The version of the layout. There is one so far.")
    var layout = 1

    mutating func validate() throws {
        let label = ArgumentText.bytes(label)
        try check(label.count <= 16, "--label", "has more than 16 bytes: \(label.count)")
        try check(!label.contains(0), "--label", "contains a zero byte")
        try check(
            hashSeed?.bytes.contains { $0 != 0 } ?? true, "--hash-seed",
            "is all zero, which libext2fs takes for “choose one at random”")
        try check(Self.isEpoch(epoch ?? 0), "--epoch", "is not between 0 and \(Self.latestEpoch)")
        try check(
            align.map { $0.bytes > 0 && $0.bytes.isMultiple(of: 4_096) } ?? true, "--align",
            "is not a multiple of 4,096 bytes")
        try check(
            size.map { $0.bytes > 0 && $0.bytes.isMultiple(of: 4_096) } ?? true, "--size",
            "is not a multiple of 4,096 bytes")
        try check(
            size.map { $0.bytes / 4_096 < Geometry.maximumBlockCount } ?? true, "--size",
            "is not less than 16 TiB, where layout 1 ends")
        try check((0...50).contains(reservedPercent), "--reserved-percent", "is not 0 to 50")
        try check(
            journalSize?.bytes.isMultiple(of: 4_096) ?? true, "--journal-size",
            "is not a multiple of 4,096 bytes")
        try check(
            journalSize.map { JournalSize.allowed.contains($0.bytes / 4_096) } ?? true,
            "--journal-size", "is not \(Self.journalSizes)")
        try check(!noJournal || journalSize == nil, "--journal-size", "goes not with --no-journal")
        try check(layout == 1, "--layout", "\(layout) is not known to this version: 1 is")
    }

    private func check(_ holds: Bool, _ option: String, _ problem: String) throws {
        guard holds else { throw ValidationError("\(option) \(problem).") }
    }

    private static let latestEpoch = ImageIdentity.latestEpoch

    private static let journalSizes: String = {
        let allowed = JournalSize.allowed
        return "\(allowed.lowerBound * 4_096) to \(allowed.upperBound * 4_096) bytes"
    }()

    private static func isEpoch(_ value: Int64) -> Bool { (0...latestEpoch).contains(value) }

    /// The options as the library takes them.
    func options() throws -> ImageOptions {
        var options = ImageOptions()
        options.identity = ImageIdentity(
            uuid: uuid?.bytes ?? ImageIdentity.defaultUUID, hashSeed: hashSeed?.bytes,
            label: ArgumentText.bytes(label), epoch: try resolvedEpoch())
        options.timeStamps = timestamps
        options.freeInodes = UInt64(freeInodes)
        options.freeBytes = freeSpace?.bytes ?? options.freeBytes
        options.alignment = align?.bytes ?? options.alignment
        options.size = size?.bytes
        options.reservedPercent = reservedPercent
        options.journal =
            noJournal ? .none : journalSize.map { .blocks(UInt32($0.bytes / 4_096)) } ?? .automatic
        return options
    }

    private func resolvedEpoch() throws -> Int64 {
        if let epoch { return epoch }
        guard let text = ProcessEnvironment["SOURCE_DATE_EPOCH"], !text.isEmpty else { return 1 }
        guard let value = Int64(text), Self.isEpoch(value) else {
            throw ValidationError(
                "SOURCE_DATE_EPOCH is “\(EscapedName(text.utf8))”, which is no number of seconds "
                    + "between 0 and \(Self.latestEpoch). Mend or unset it, or give --epoch.")
        }
        return value
    }
}
