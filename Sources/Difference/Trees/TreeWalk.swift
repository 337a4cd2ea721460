import Ext4Image
import Ext4Layout
import Golden
import HostSystem
import ImageBytes

/// Walks two trees together, directory by directory, and pairs what has the same path.
struct TreeWalk {
    private let before: Ext4Image
    private let after: Ext4Image
    var toAfter: [UInt32: UInt32] = [:]
    var toBefore: [UInt32: UInt32] = [:]
    var aloneBefore: [UInt32: Cause.Name] = [:]
    var aloneAfter: [UInt32: Cause.Name] = [:]
    var changes: [TreeChange] = []
    var directories: [UInt32: InodePairs.DirectoryFate] = [:]
    var links: [UInt32: CauseSet] = [:]
    var twins: [(before: UInt32, after: UInt32)] = []
    var warnings: [String] = []
    private var waiting: [(before: UInt32, after: UInt32)] = []
    private var budget: (before: Int, after: Int)
    /// Names without a counterpart, whose inodes are judged once all names are known.
    private var lone: [(name: TreeChange.Name, inode: UInt32, cause: Cause.Name)] = []

    private var unreadable = 0

    /// So many directories that cannot be read are named.
    static let warningLimit = 10

    /// More names than this are not compared: a sound image has few for each inode, but a hostile
    /// one may show the same blocks as many directories.
    static func nameLimit(_ image: Ext4Image) -> Int {
        min(1 << 24, 1 << 18 + 4 * Int(image.geometry.inodeCount))
    }

    init(_ before: Ext4Image, _ after: Ext4Image) {
        self.before = before
        self.after = after
        budget = (Self.nameLimit(before), Self.nameLimit(after))
    }

    mutating func run() {
        pairReserved()
        pair(InodeNumber.root, InodeNumber.root)
        while let next = waiting.popLast() { compare(next) }
        judgeLone()
        pairNameless()
    }

    private mutating func pairReserved() {
        let last = min(before.superblock.firstInode, after.superblock.firstInode)
        for number in 1..<max(2, min(last, 256)) where number != InodeNumber.root {
            pair(number, number)
        }
        typealias Fields = Superblock.Fields
        for field in [
            Fields.journalInode, Fields.userQuotaInode, Fields.groupQuotaInode,
            Fields.projectQuotaInode, Fields.orphanFileInode,
        ] {
            let (old, new) = (before.superblock[field], after.superblock[field])
            if old != 0, new != 0 { pair(old, new) }
        }
    }

    private mutating func pair(_ old: UInt32, _ new: UInt32) {
        guard toAfter[old] == nil, toBefore[new] == nil else { return }
        toAfter[old] = new
        toBefore[new] = old
        if before.inode(old)?.kind == .directory, after.inode(new)?.kind == .directory {
            waiting.append((old, new))
        }
    }

    private mutating func compare(_ directory: (before: UInt32, after: UInt32)) {
        let old = entries(of: directory.before, isOld: true)
        let new = entries(of: directory.after, isOld: false)
        if old.count == new.count, zip(old, new).allSatisfy({ $0.name == $1.name }) {
            for (one, other) in zip(old, new) { match(one, other, directory) }
            return
        }
        var fate = InodePairs.DirectoryFate()
        // Where each name of the second directory that the first has as well lies in the first.
        var positions = [Int?](repeating: nil, count: new.count)
        let oldOrder = old.indices.sorted { Self.precedes(old[$0], old[$1], $0, $1) }
        let newOrder = new.indices.sorted { Self.precedes(new[$0], new[$1], $0, $1) }
        var (left, right) = (0, 0)
        while left < oldOrder.count || right < newOrder.count {
            let one = left < oldOrder.count ? old[oldOrder[left]] : nil
            let other = right < newOrder.count ? new[newOrder[right]] : nil
            if let one, let other, one.name == other.name {
                positions[newOrder[right]] = oldOrder[left]
                match(one, other, directory)
                left += 1
                right += 1
            } else if let one, other.map({ one.name.lexicographicallyPrecedes($0.name) }) ?? true {
                fate.names.insert(CauseSet(.removed))
                lone.append(
                    (.init(directory: directory.before, bytes: one.name), one.inode, .removed))
                left += 1
            } else if let other {
                fate.names.insert(CauseSet(.added))
                lone.append(
                    (.init(directory: directory.after, bytes: other.name), other.inode, .added))
                right += 1
            }
        }
        let kept = positions.compactMap(\.self)
        fate.isReordered = zip(kept, kept.dropFirst()).contains { $0 > $1 }
        directories[directory.before] = fate
    }

    private static func precedes(
        _ one: Ext4Image.NamedEntry, _ other: Ext4Image.NamedEntry, _ place: Int, _ next: Int
    ) -> Bool {
        one.name == other.name ? place < next : one.name.lexicographicallyPrecedes(other.name)
    }

    private mutating func match(
        _ one: Ext4Image.NamedEntry, _ other: Ext4Image.NamedEntry,
        _ directory: (before: UInt32, after: UInt32)
    ) {
        pair(one.inode, other.inode)
        guard toAfter[one.inode] != other.inode else { return }
        // The one is paired by another of its names: links were broken or made.
        twins.append((one.inode, other.inode))
        changes.append(
            TreeChange(
                before: one.inode, after: other.inode, causes: CauseSet(.hardLinks),
                name: .init(directory: directory.before, bytes: one.name)))
        links[one.inode, default: []].insert(CauseSet(.hardLinks))
        if let first = toBefore[other.inode] {
            links[first, default: []].insert(CauseSet(.hardLinks))
        }
    }

    private mutating func entries(
        of directory: UInt32, isOld: Bool
    ) -> [Ext4Image.NamedEntry] {
        guard (isOld ? budget.before : budget.after) > 0 else { return [] }
        do throws(FormatError) {
            let found = try (isOld ? before : after).entries(ofDirectory: directory)
            if isOld { budget.before -= found.count } else { budget.after -= found.count }
            return found
        } catch {
            unreadable += 1
            if unreadable <= Self.warningLimit {
                warnings.append("directory inode \(directory) has no names here: \(error)")
            }
            return []
        }
    }

    /// Says which inodes came or went: those that only names without a counterpart lead to.
    private mutating func judgeLone() {
        var seen: (before: Set<UInt32>, after: Set<UInt32>) = ([], [])
        var next = 0
        while next < lone.count {
            let (name, inode, cause) = lone[next]
            next += 1
            let isOld = cause == .removed
            changes.append(
                TreeChange(
                    before: isOld ? inode : nil, after: isOld ? nil : inode,
                    causes: CauseSet(cause), name: name))
            let image = isOld ? before : after
            let isDirectory = image.inode(inode)?.kind == .directory
            let parent = isOld ? name.directory : toBefore[name.directory]
            if isDirectory, let parent { links[parent, default: []].insert(CauseSet(cause)) }
            if isOld {
                guard toAfter[inode] == nil else {
                    links[inode, default: []].insert(CauseSet(cause))
                    continue
                }
                if aloneBefore[inode] == nil { aloneBefore[inode] = cause }
            } else {
                if let old = toBefore[inode] {
                    links[old, default: []].insert(CauseSet(cause))
                    continue
                }
                if aloneAfter[inode] == nil { aloneAfter[inode] = cause }
            }
            let isNew =
                isOld ? seen.before.insert(inode).inserted : seen.after.insert(inode).inserted
            guard isDirectory, isNew else { continue }
            for entry in entries(of: inode, isOld: isOld) {
                lone.append((.init(directory: inode, bytes: entry.name), entry.inode, cause))
            }
        }
        if budget.before <= 0 || budget.after <= 0 {
            warnings.append("there are too many names; not all were compared")
        }
        lone = []
        for (old, new) in twins {
            if toAfter[old] == nil { aloneBefore[old] = .hardLinks }
            if toBefore[new] == nil { aloneAfter[new] = .hardLinks }
        }
    }

    /// Inodes in use that no name leads to, such as orphans, are the same if their numbers are. What
    /// one side alone has came or went without a name.
    private mutating func pairNameless() {
        var nameless: [UInt32] = []
        before.forEachUsedInode { number in
            if toAfter[number] == nil, aloneBefore[number] == nil { nameless.append(number) }
        }
        for number in nameless {
            if toBefore[number] == nil, aloneAfter[number] == nil, after.isInUse(number) {
                toAfter[number] = number
                toBefore[number] = number
            } else {
                aloneBefore[number] = .removed
            }
        }
        nameless = []
        after.forEachUsedInode { number in
            if toBefore[number] == nil, aloneAfter[number] == nil { nameless.append(number) }
        }
        for number in nameless { aloneAfter[number] = .added }
    }
}
