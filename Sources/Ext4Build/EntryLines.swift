internal import Golden
internal import SourceTree

/// Writes two lines for each name: of what goes into an image, and of what comes out of it.
///
/// The builder knows what it has written. Who records or verifies an image takes the second lines from
/// the image, and shares no code with this that walks a tree: there a builder is found out.
struct EntryLines {
    private var source = DigestedText()
    private var image = DigestedText()
    private let facts: EntryFacts
    private let plan: Plan?
    /// Parts of the newest line that both have.
    private var name = EntryText()
    private var owner = EntryText()
    private var content = EntryText()
    /// The first names of what has more than one, by link group and by file: a group that has more names
    /// than a file may have makes several files.
    private var firstOfGroup: [UInt32: [UInt8]] = [:]
    private var firstOfFile: [UInt32: [UInt8]] = [:]

    private init(_ tree: SourceTree, _ options: ImageOptions, _ plan: Plan?) {
        facts = EntryFacts(tree: tree, options: options)
        self.plan = plan
    }

    /// The digest of the lines of what goes in.
    ///
    /// It says nothing of the host: not of inodes, enumeration order, holes or, under `--timestamps pin`,
    /// times. Nor does it depend on where the image has put things.
    static func sources(
        _ tree: SourceTree, _ options: ImageOptions, content: (_ node: Int) -> SHA256Digest?
    ) -> SHA256Digest {
        var lines = EntryLines(tree, options, nil)
        lines.addAll(content)
        return lines.source.finish()
    }

    /// The same, and the digest of the lines of the image that was made of it.
    static func digests(
        of plan: Plan, content: (_ node: Int) -> SHA256Digest?
    ) -> (sources: SHA256Digest, image: SHA256Digest) {
        var lines = EntryLines(plan.tree, plan.options, plan)
        lines.addAll(content)
        return (lines.source.finish(), lines.image.finish())
    }

    private mutating func addAll(_ content: (_ node: Int) -> SHA256Digest?) {
        let root = [UInt8(ascii: "/")]
        var walk = NameWalk(facts.tree)
        while let node = walk.next() {
            add(node, path: node == 0 ? root : walk.path, digest: content(node))
        }
    }

    private mutating func add(_ node: Int, path: [UInt8], digest: SHA256Digest?) {
        name.removeAll()
        name.begin(path: path)
        owner.removeAll()
        facts.appendOwner(of: node, to: &owner)
        content.removeAll()
        facts.appendContent(of: node, digest, to: &content)
        let group = facts.tree.nodes[node].linkGroup

        source.text.append(name)
        if let first = Self.first(&firstOfGroup, group, of: group, path) {
            source.text.fact("hardlink", bytes: first[...])
        } else {
            source.text.append(owner)
            facts.appendSourceTime(of: node, to: &source.text)
            source.text.append(content)
            facts.appendSourceAttributes(of: node, to: &source.text)
        }
        source.endLine()

        guard let plan else { return }
        let file = plan.order.fileOfNode[node]
        image.text.append(name)
        if let first = Self.first(&firstOfFile, file, of: group, path) {
            image.text.fact("hardlink", bytes: first[...])
        } else {
            image.text.append(owner)
            facts.appendImageTimes(
                of: node, linkCount: plan.order.nameCounts[Int(file)], to: &image.text)
            image.text.append(content)
            for (name, value) in plan.attributes[file]?.listed ?? [] {
                image.text.attribute(name: name, value: value)
            }
        }
        image.endLine()
    }

    /// The path that came first with the same number, which this one becomes where there was none;
    /// nil also for what has one name only.
    private static func first(
        _ paths: inout [UInt32: [UInt8]], _ number: UInt32, of group: UInt32, _ path: [UInt8]
    ) -> [UInt8]? {
        guard group > 0 else { return nil }
        if let first = paths[number] { return first }
        paths[number] = path
        return nil
    }
}
