import Ext4Image
import Ext4Layout
import ImageBytes

/// Takes back in inodes what the names' lines say that changed.
struct InodeReversal {
    private let image: Ext4Image
    private let words: OwnerWords
    /// The facts that names had which changed; nil for a name that was not there.
    private var before: [String: [GoldenFile.Fact]?] = [:]
    /// The first path of files that have several.
    private let firstPaths: FirstPaths

    /// Nil where the golden has no line for each name, or a name went: nothing says then what its
    /// inode was.
    init?(_ image: Ext4Image, _ changes: [Change], _ old: GoldenFacts, _ words: OwnerWords) {
        guard !old.entries.isEmpty else { return nil }
        self.image = image
        self.words = words
        let changed = Set(changes.compactMap(\.path))
        guard !changed.isEmpty, !changes.contains(where: { $0.cause == .removed }) else {
            return nil
        }
        firstPaths = FirstPaths(old.entries)
        for change in changes where change.cause == .added {
            if let path = change.path { before[path] = .some(nil) }
        }
        for entry in old.entries where changed.contains(entry.path) {
            before[entry.path] = GoldenComparison.words(entry.facts)
        }
    }

    /// A block of an inode table as it was; nil where nothing in it changed.
    func block(_ block: ImageSlice, _ owner: BlockOwner) -> [UInt8]? {
        guard case .inodeTable(let group, let index) = owner else { return nil }
        let geometry = image.geometry
        let count = geometry.blockSize / geometry.inodeSize
        var bytes: [UInt8]?
        for place in 0..<count {
            let number = geometry.inodeNumber(
                group: group, index: Int(index) * count + place)
            guard let number = UInt32(exactly: number), let path = words.path(of: number),
                let facts = before[firstPaths[path]]
            else { continue }
            let range = place * geometry.inodeSize..<(place + 1) * geometry.inodeSize
            let inode =
                facts.map { self.inode(block.copy(range), number, $0) }
                ?? [UInt8](repeating: 0, count: geometry.inodeSize)
            var all = bytes ?? block.copy()
            all.replaceSubrange(range, with: inode)
            bytes = all
        }
        return bytes
    }

    /// An inode with the values that its name's line had, and the checksum that follows from them.
    private func inode(
        _ bytes: [UInt8], _ number: UInt32, _ facts: [GoldenFile.Fact]
    ) -> [UInt8] {
        typealias Fields = Inode.Fields
        var inode = InodeBytes(bytes, number: number)
        for fact in facts {
            switch fact.name {
            case "mode": inode.setMode(UInt16(fact.value, radix: 8) ?? 0)
            case "uid": inode.set(Fields.userLow, Fields.userHigh, UInt32(fact.value) ?? 0)
            case "gid": inode.set(Fields.groupLow, Fields.groupHigh, UInt32(fact.value) ?? 0)
            case "nlink": inode.set(Fields.linksCount, UInt16(fact.value) ?? 0)
            case "size": inode.setSize(UInt64(fact.value) ?? 0)
            case "time":
                inode.set(Fields.modificationTime, Fields.modificationTimeExtra, fact.value)
            case "atime": inode.set(Fields.accessTime, Fields.accessTimeExtra, fact.value)
            case "ctime": inode.set(Fields.changeTime, Fields.changeTimeExtra, fact.value)
            case "btime": inode.set(Fields.creationTime, Fields.creationTimeExtra, fact.value)
            default: break
            }
        }
        let flags = facts.first { $0.name == "flags" }?.value ?? ""
        inode.setFlags(flags.split(separator: ","))
        let project = facts.first { $0.name == "project" }?.value ?? "0"
        inode.setExtra(Fields.project, UInt32(project) ?? 0)
        if image.superblock.readOnly.contains(.metadataChecksums) {
            inode.setChecksum(image.checksums)
        }
        return inode.bytes
    }
}
