import Ext4Image
import Ext4Layout
import Golden
import HostSystem
import ImageBytes

extension Comparer {
    /// Blocks that only the longer image has.
    func compareEnds(_ blocks: Range<UInt64>) {
        ledger.attribute(.geometry)
        if old.superblock.blockCount == new.superblock.blockCount {
            let counts = (old.bytes.count, new.bytes.count)
            ledger.record(
                .init(cause: .geometry, what: "image's size in bytes", unit: .field),
                Finding.Example("image", before: "\(counts.0)", after: "\(counts.1)"))
        }
        let size = UInt64(min(old.geometry.blockSize, new.geometry.blockSize))
        ledger.close(blocks) { _ in
            Finding.Example("after the end of the shorter image", offset: blocks.lowerBound * size)
        }
    }

    /// Compares the inodes of pairs that lie in different places, which no differing block shows.
    func comparePairsElsewhere() {
        guard pairs.toAfter != nil else { return }
        let (old, new) = (self.old, self.new)
        for (number, same) in pairs.elsewhere(old, new) {
            guard let one = old.inode(number), let other = new.inode(same),
                one.slice.count != other.slice.count || !one.slice.hasSameBytes(as: other.slice)
            else { continue }
            compareInodes(one, other, inBlock: false)
        }
    }

    /// Lists what the two trees say: names, links, numbers, contents.
    func recordTrees(_ survey: MapSurvey) {
        circumstances.numbersPart = pairs.parting != nil
        circumstances.blockSizesDiffer = old.geometry.blockSize != new.geometry.blockSize
        recordNames()
        recordOrders()
        recordContents(survey)
        circumstances.replacedAlone =
            !pairs.renumbered.isEmpty
            && pairs.renumbered.allSatisfy { changed[$0.before]?.contains(.content) ?? false }
    }

    private func recordNames() {
        for change in pairs.changes {
            let isOld = change.causes.contains(.removed)
            let words = isOld ? oldWords : newWords
            let cause = change.causes.names.first ?? .unexplained
            ledger.record(
                .init(cause: cause, what: "name", unit: .name), nameExample(change, words))
        }
    }

    private func nameExample(_ change: TreeChange, _ words: OwnerWords) -> Finding.Example {
        guard let name = change.name else { return Finding.Example("name") }
        let isHardLink = change.causes.contains(.hardLinks)
        // A name that links were broken for is in the first image's directory.
        let parent = (isHardLink ? oldWords : words).path(of: name.directory) ?? "?"
        let path = (parent == "/" ? "" : parent) + "/" + "\(EscapedName(name.bytes))"
        return Finding.Example(
            path, before: change.before.map { "inode \($0)" },
            after: change.after.map { "inode \($0)" })
    }

    private func recordOrders() {
        for (number, fate) in pairs.directories.sorted(by: { $0.key < $1.key })
        where fate.isReordered {
            // Where names came or went, a tree of hashes is split anew.
            let isIndexed =
                old.isIndexed(number) || new.isIndexed(pairs.after(number) ?? number)
            guard fate.names.isEmpty || !isIndexed else {
                continue
            }
            reordered += 1
            ledger.record(
                .init(
                    cause: .directoryOrder, what: "order of names", unit: .directory,
                    roots: orderRoots(number)),
                Finding.Example(inodeWords(number, pairs.after(number) ?? number)))
        }
        for (number, same) in pairs.renumbered {
            ledger.record(
                .init(cause: .inodeOrder, what: "number", unit: .inode, roots: .numbering),
                Finding.Example(
                    newWords.path(of: same) ?? "no name", before: "inode \(number)",
                    after: "inode \(same)"))
        }
    }

    private func recordContents(_ survey: MapSurvey) {
        for (number, fate) in survey.fates {
            if fate.takesOtherBlocks, fate.firstDifference != nil {
                circumstances.contentTakesOtherBlocks = true
            }
            if let offset = fate.firstDifference, isFile(number) {
                note(number, differsAt: offset)
            }
        }
        for (number, fate) in survey.fates.sorted(by: { $0.key < $1.key })
        where fate.hasOtherSlack && isFile(number) {
            ledger.record(
                .init(cause: .residue, what: "after the last byte of a moved file", unit: .file),
                Finding.Example(inodeWords(number, pairs.after(number) ?? number)))
        }
        if survey.hasOtherLog, let sizes = sizes(old.journalNumber), sizes.0 == sizes.1 {
            ledger.record(
                .init(cause: .journal, what: "log", unit: .file, roots: .log),
                Finding.Example("journal"))
        }
        for (number, causes) in changed.sorted(by: { $0.key < $1.key })
        where causes.contains(.content) && isFile(number) {
            if let sizes = sizes(number), sizes.0 != sizes.1 {
                ledger.record(
                    .init(cause: .content, what: "content", unit: .file),
                    Finding.Example(
                        inodeWords(number, pairs.after(number) ?? number),
                        before: "\(sizes.0) bytes", after: "\(sizes.1) bytes"))
            } else {
                ledger.record(
                    .init(cause: .content, what: "content", unit: .file),
                    Finding.Example(
                        inodeWords(number, pairs.after(number) ?? number)
                            + (contents[number].map { ", byte \($0)" } ?? "")))
            }
        }
        for (number, twin) in survey.twins.sorted(by: { $0.key < $1.key }) {
            guard let offset = twin.fate.firstDifference else { continue }
            ledger.record(
                .init(cause: .content, what: "content", unit: .file),
                Finding.Example("\(inodeWords(twin.before, number)), byte \(offset)"))
        }
    }

    func sizes(_ number: UInt32) -> (UInt64, UInt64)? {
        guard let same = pairs.after(number) else { return nil }
        return (old.size(ofInode: number) ?? 0, new.size(ofInode: same) ?? 0)
    }

    /// Whether an inode is a regular file, or holds a symlink's target in a block.
    func isFile(_ number: UInt32) -> Bool {
        guard number != old.journalNumber, number != old.orphanFile else { return false }
        let kind = old.kind(ofInode: number)
        return kind == .regular || kind == .symlink && maps[number] != nil
            || kind == .symlink && contents[number] != nil
    }
}
