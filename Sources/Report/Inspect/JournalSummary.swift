internal import Ext4Image
internal import Ext4Layout
internal import HostSystem
internal import ImageBytes

/// What `assay inspect IMAGE` says of the journal.
struct JournalSummary: Sendable {
    private let image: Ext4Image
    private let journal: Journal?
    private let replay: JournalReplay?
    private let isApplied: Bool

    /// More changes of fast commits than this are counted, not listed.
    static let changeLimit = 1_000

    init(
        of image: Ext4Image, on device: MappedImage?, after applied: JournalReplay?
    ) throws(Ext4Image.ReplayError) {
        self.image = image
        journal = device == nil ? Journal(image) : try image.journal(on: device)
        isApplied = applied != nil
        replay = applied ?? journal.flatMap { $0.isDirty ? JournalReplay(of: $0) : nil }
    }

    /// One line: where it is, and whether it waits for its replay.
    var state: String {
        guard image.superblock.compatible.contains(.journal) else { return "none" }
        guard let journal else {
            guard image.hasJournalElsewhere else { return "cannot be found" }
            return "on another device, UUID \(uuidText(image.superblock.journalUUID))"
        }
        let place =
            switch journal.place {
            case .inode(let number): "inode \(number), \(journal.superblock.blockCount) blocks"
            case .device: "on another device, \(journal.superblock.blockCount) blocks"
            }
        guard let replay else {
            return place
                + (image.needsRecovery ? ", marked as needing recovery, but empty" : ", clean")
        }
        return place + (isApplied ? ", replayed: " : ", needs recovery: ") + Self.text(replay)
    }

    private static func text(_ replay: JournalReplay) -> String {
        var text = "\(replay.transactions) transactions, \(replay.writes.count) blocks"
        if let log = replay.fastCommits, log.commits > 0 {
            text += ", \(log.commits) fast commits of \(log.changes.count) changes"
        }
        if let flaw = replay.flaw { text += "; \(flaw)" }
        if let leftOut = replay.leftOut { text += "; without the fast commits: \(leftOut)" }
        return text
    }

    private var changes: [String] {
        guard !isApplied, let log = replay?.fastCommits else { return [] }
        return log.changes.prefix(Self.changeLimit).map { $0.tag.value.sentence }
    }

    /// What the fast commits say, a line each.
    var lines: [String] {
        let changes = changes
        guard !changes.isEmpty, let log = replay?.fastCommits else { return [] }
        let rest = log.changes.count - changes.count
        return ["", "fast commits of transaction \(log.sequence)"] + changes.map { "  " + $0 }
            + (rest > 0 ? ["  and \(rest) more"] : [])
    }

    /// For programs.
    var json: JSONValue {
        var members: [String: JSONValue] = ["state": .string(state)]
        guard let journal else { return .object(members) }
        if case .inode(let number) = journal.place { members["inode"] = .unsigned(UInt64(number)) }
        members["blocks"] = .unsigned(UInt64(journal.superblock.blockCount))
        members["needs_recovery"] = .bool(image.needsRecovery)
        members["transactions"] = .unsigned(UInt64(replay?.transactions ?? 0))
        members["fast_commits"] = .unsigned(UInt64(replay?.fastCommits?.commits ?? 0))
        members["fast_commit_changes"] = .array(changes.map(JSONValue.string))
        return .object(members)
    }
}

extension FastCommitTag.Value {
    /// What it says, in words.
    fileprivate var sentence: String {
        switch self {
        case .addRange(let inode, let extent):
            "inode \(inode): blocks \(extent.logical) to "
                + "\(UInt64(extent.logical) + UInt64(max(extent.length, 1)) - 1) at \(extent.physical)"
                + (extent.isUnwritten ? ", unwritten" : "")
        case .deleteRange(let inode, let logical, let length):
            "inode \(inode): no blocks \(logical) to \(UInt64(logical) + UInt64(max(length, 1)) - 1)"
        case .create(let name): "inode \(name.inode): created as \(name.sentence)"
        case .link(let name): "inode \(name.inode): linked as \(name.sentence)"
        case .unlink(let name): "inode \(name.inode): no longer \(name.sentence)"
        case .inode(let number, let body): "inode \(number): \(body.count) bytes"
        case .padding, .tail, .head: ""
        }
    }
}

extension FastCommitName {
    fileprivate var sentence: String { "\(EscapedName(name)) in directory \(parent)" }
}
