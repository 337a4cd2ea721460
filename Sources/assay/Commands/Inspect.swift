import ArgumentParser
import Ext4Image
import Golden
import HostSystem
import ImageBytes
import Report
import SystemPackage

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what is in an image, and whose a block or byte is.",
        discussion: """
            Without an option: the superblock, the geometry and counts. Paths are escaped as they \
            are printed, and may be given so (\\xNN for a byte).
            """)

    @OptionGroup var location: ImageLocation

    @Flag(help: "List the tree, or the part below --path, as ls -l does.")
    var tree = false

    @Option(help: "Show the inode of this path and its blocks.")
    var path: String?

    @Option(help: "Show this inode.")
    var inode: UInt32?

    @Option(help: "Say whose this block is.")
    var block: UInt64?

    @Option(help: "Say whose the byte at this offset in the file system is.")
    var offset: UInt64?

    @Option(
        help: "Draw the image as a map: an SVG file with every block by its owner.",
        completion: .file())
    var map: String?

    @Flag(help: "Show the file system as it would be after its journal was replayed.")
    var afterReplay = false

    @Option(
        help: "The journal, where it lies on another device: that device or a copy of it.",
        completion: .file())
    var journal: String?

    @Option(help: "How to report: text or json.")
    var format = OutputFormat.text

    @OptionGroup var workers: WorkerOptions

    func validate() throws {
        if inode == 0 { throw ValidationError("There is no inode 0: they are numbered from 1.") }
        let questions = [
            inode != nil, tree || path != nil, block != nil, offset != nil, map != nil,
        ]
        if questions.count(where: \.self) > 1 {
            throw ValidationError(
                "Ask for one of --inode, --path or --tree, --block, --offset, --map.")
        }
    }

    func run() throws {
        let workers = self.workers.count
        let found = try location.open(
            workers: workers, isTolerant: !tree && path == nil && inode == nil)
        let device = try openJournal(workers: workers)
        let view: View
        do throws(Ext4Image.ReplayError) {
            view = try View(found, device: device, isAfterReplay: afterReplay)
            if !afterReplay, device != nil { _ = try found.journal(on: device) }
        } catch {
            throw failure(error)
        }
        do {
            try show(view, workers: workers)
            try view.image.bytes.checkIntact()
            try device?.checkIntact()
        } catch let error as FileError {
            throw location.failure("\(error)", ExitStatus.trouble)
        } catch let error as FormatError {
            throw location.failure("\(error)", ExitStatus.trouble)
        } catch let error as Ext4Image.PathError {
            throw location.failure("\(error)", ExitStatus.trouble)
        } catch let error as Ext4Image.ReplayError {
            throw failure(error)
        }
        if let leftOut = view.replay?.leftOut {
            throw location.failure(
                "shown without the journal's fast commits: \(leftOut)", ExitStatus.trouble)
        }
    }

    /// What is shown: the image as it is, or after replay.
    private struct View {
        let image: Ext4Image
        let device: MappedImage?
        var replay: JournalReplay?

        init(
            _ image: Ext4Image, device: MappedImage?, isAfterReplay: Bool
        ) throws(Ext4Image.ReplayError) {
            self.device = device
            guard isAfterReplay else {
                self.image = image
                return
            }
            let (view, replay) = try image.replayed(from: device)
            self.image = view
            self.replay = replay
        }
    }

    private func openJournal(workers: Int) throws -> MappedImage? {
        guard let journal else { return nil }
        let source = ImageSource(
            path: FilePath(argument: journal), workers: workers,
            expansionLimit: location.place.expansionLimit)
        do throws(ImageSourceError) { return try source.open() } catch {
            throw location.failure(
                "\(EscapedName(FilePath(argument: journal))): \(error)", ExitStatus.trouble)
        }
    }

    private func failure(_ error: Ext4Image.ReplayError) -> ExitCode {
        switch error {
        case .elsewhere:
            location.failure("\(error): name it with --journal", ExitStatus.trouble)
        case .device:
            location.failure(
                "\(EscapedName(FilePath(argument: journal ?? ""))): \(error)", ExitStatus.trouble)
        case .noJournal, .file, .image: location.failure("\(error)", ExitStatus.invalid)
        }
    }

    private func show(_ view: View, workers: Int) throws {
        let image = view.image
        if let map {
            try draw(image, into: FilePath(argument: map), workers: workers)
        } else if tree {
            try showTree(image)
        } else if let path {
            let bytes = EscapedName.bytes(of: path)
            try show(InspectInode(image.inode(atPath: bytes), of: image, path: bytes))
        } else if let inode {
            let paths = PathIndex(of: image, workers: workers)
            try show(InspectInode(inode, of: image, path: paths.path(of: inode)))
        } else if block != nil || offset != nil {
            try showOwner(InspectOwner(of: image, workers: workers))
        } else {
            let summary = try InspectSummary(
                of: image, path: location.path, journalOn: view.device, after: view.replay)
            try StandardStreams.print(summary, format)
        }
    }

    private func draw(_ image: Ext4Image, into file: FilePath, workers: Int) throws {
        let map = ImageMap(of: image, workers: workers)
        // Before anything is written: a map of what could not be read is worth nothing.
        try image.bytes.checkIntact()
        try GoldenLoading.store { () throws(StoreError) in
            try GoldenStore.writeReport(Array(map.svg.utf8), to: file)
        }
    }

    private func show(_ inode: InspectInode) throws {
        try StandardStreams.print(inode, format)
    }

    private func showOwner(_ owner: InspectOwner) throws {
        if let block {
            try StandardStreams.print(
                format == .json ? owner.json(ofBlock: block).text : owner.text(ofBlock: block))
        }
        if let offset {
            try StandardStreams.print(
                format == .json ? owner.json(ofByte: offset).text : owner.text(ofByte: offset))
        }
    }

    private func showTree(_ image: Ext4Image) throws {
        let start = EscapedName.bytes(of: path ?? "")
        let directory = try image.inode(atPath: start)
        let prefix = start.last == 0x2F ? Array(start.dropLast()) : start
        let tree = InspectTree(of: image, from: directory, path: prefix)
        if format == .json { return try StandardStreams.print(tree.json) }
        var lines = ""
        try tree.writeText { line throws(FileError) in
            lines += line
            // Lines are gathered, since a system call for each would take longer than the rest.
            guard lines.utf8.count > 1 << 16 else { return }
            try StandardStreams.print(lines)
            lines = ""
        }
        try StandardStreams.print(lines)
    }
}
