import Ext4Image
import Ext4Layout
import Golden
import HostSystem
import ImageBytes

/// Puts together what was found: settles what follows from what, and leaves out what is ignored.
struct DifferenceDraft {
    let before: Ext4Image
    let after: Ext4Image
    let blockSize: Int
    let blockCount: UInt64
    var sides: ImageDifference.Sides?
    var ignored: CauseSet = []
    var warnings: [String] = []
    private var runs: [DifferingRun] = []
    private var findings: [Finding] = []
    private var tree: [TreeChange] = []
    private var renames: [UInt32: UInt32] = [:]
    private var contents: [ContentChange] = []
    private var layout = LayoutSummary()
    private var ignoredBlocks: UInt64 = 0

    init(before: Ext4Image, after: Ext4Image, blockSize: Int, blockCount: UInt64) {
        self.before = before
        self.after = after
        self.blockSize = blockSize
        self.blockCount = blockCount
    }

    func difference() -> ImageDifference {
        ImageDifference(
            before: before, after: after, sides: sides, blockSize: blockSize,
            blockCount: blockCount, runs: runs, findings: findings, tree: tree, renames: renames,
            contents: contents, layout: layout, ignored: ignored, ignoredBlocks: ignoredBlocks,
            warnings: warnings)
    }

    mutating func fill(from comparer: Comparer, _ maps: MapSurvey) {
        var settlement = Settlement(comparer.ledger, comparer.circumstances)
        settlement.makeFindings()
        for run in settlement.runs() {
            if isIgnored(run.roots) {
                ignoredBlocks += run.count
            } else {
                runs.append(run)
            }
        }
        findings = settlement.findings.filter { finding in
            !isIgnored(
                finding.isDerived
                    ? finding.follows.reduce(into: CauseSet()) { $0.insert(CauseSet($1)) }
                    : CauseSet(finding.cause))
        }
        fillTree(comparer)
        renames = Renames.find(comparer.pairs, before, after)
        fillContents(comparer, maps)
        fillLayout(comparer, maps)
        warnings += maps.warnings
    }

    private func isIgnored(_ causes: CauseSet) -> Bool { causes.isSubset(of: ignored) }

    private static let shown: CauseSet = [
        CauseSet(.content), CauseSet(.mode), CauseSet(.owner), CauseSet(.timestamp),
        CauseSet(.xattr), CauseSet(.hardLinks), CauseSet(.generation),
    ]

    private mutating func fillTree(_ comparer: Comparer) {
        tree = comparer.pairs.changes.filter { !isIgnored($0.causes) }
        for (number, causes) in comparer.changed.sorted(by: { $0.key < $1.key }) {
            let causes = causes.intersection(Self.shown).subtracting(ignored)
            guard !causes.isEmpty else { continue }
            tree.append(
                TreeChange(before: number, after: comparer.pairs.after(number), causes: causes))
        }
    }

    private mutating func fillContents(_ comparer: Comparer, _ maps: MapSurvey) {
        guard !ignored.contains(.content) else { return }
        for (number, causes) in comparer.changed.sorted(by: { $0.key < $1.key })
        where causes.contains(.content) && comparer.isFile(number) {
            guard let same = comparer.pairs.after(number) else { continue }
            contents.append(change(number, same, at: comparer.contents[number] ?? 0))
        }
        for (number, twin) in maps.twins.sorted(by: { $0.key < $1.key }) {
            guard let offset = twin.fate.firstDifference else { continue }
            contents.append(change(twin.before, number, at: offset))
        }
    }

    private func change(_ old: UInt32, _ new: UInt32, at offset: UInt64) -> ContentChange {
        let one = FileContent(image: before, inode: old, path: [])
        let other = FileContent(image: after, inode: new, path: [])
        let range = offset..<offset + UInt64(ContentChange.excerptLimit)
        return ContentChange(
            before: old, after: new, sizeBefore: one.size, sizeAfter: other.size, offset: offset,
            excerptBefore: one.bytes(range), excerptAfter: other.bytes(range))
    }

    private mutating func fillLayout(_ comparer: Comparer, _ maps: MapSurvey) {
        for (number, fate) in maps.fates where fate.movedBlocks > 0 && comparer.isFile(number) {
            layout.movedBlocks += fate.movedBlocks
            layout.movedFiles += 1
        }
        layout.renumberedInodes = UInt64(comparer.pairs.renumbered.count)
        layout.reorderedDirectories = comparer.reordered
        if let parting = comparer.pairs.parting {
            layout.parting = .init(
                path: comparer.newWords.path(of: parting.after) ?? "no name",
                before: parting.before, after: parting.after)
        }
    }

    /// More files than this are not looked into.
    private static let culpritLimit = 1000

    mutating func findCulprits(_ finder: CulpritFinder?, workers: Int) {
        guard let finder, let sides else { return }
        let (before, after) = (before, after)
        let wanted = Array(contents.prefix(Self.culpritLimit))
        let found = ThreadTeam.map(count: wanted.count, workers: workers) { index in
            let change = wanted[index]
            return finder(
                FileContent(
                    image: before, inode: change.before,
                    path: sides.before.paths.path(of: change.before) ?? []),
                FileContent(
                    image: after, inode: change.after,
                    path: sides.after.paths.path(of: change.after) ?? []), change.offset) ?? ""
        }
        for (index, culprit) in found.enumerated() where !culprit.isEmpty {
            contents[index].culprit = culprit
        }
    }
}
