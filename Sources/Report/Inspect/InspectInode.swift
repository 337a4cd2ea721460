public import Ext4Image
internal import Ext4Layout
internal import HostSystem
public import ImageBytes

/// What `assay inspect --inode N` and `--path P` show: an inode's fields, blocks and attributes.
public struct InspectInode: CommandReport {
    private let number: UInt32
    private let path: [UInt8]?
    private let facts: [(name: String, value: String)]
    private let fields: [(name: String, value: FieldValue)]
    private let map: [MapEvent]
    private let isTruncated: Bool
    private let xattrs: [Ext4Image.Xattr]
    private let xattrFlaw: FormatError?

    /// More parts of an inode's map than this are not listed.
    public static let mapLimit = 100_000

    /// - Parameters:
    ///   - number: the inode.
    ///   - image: the image.
    ///   - path: its path, where it was asked for by one or has one.
    /// - Throws: `FormatError` where there is no inode of that number.
    public init(_ number: UInt32, of image: Ext4Image, path: [UInt8]?) throws(FormatError) {
        guard let inode = image.inode(number) else {
            throw FormatError(
                "inode number", at: 0,
                .outside(value: UInt64(number), limit: UInt64(image.geometry.inodeCount)))
        }
        self.number = number
        self.path = path
        facts = Self.facts(inode, image)
        fields = inode.values
        var map: [MapEvent] = []
        if image.hasMap(inode) || number == InodeNumber.badBlocks {
            image.walkMap(of: inode) { event in
                guard map.count < Self.mapLimit else { return false }
                map.append(event)
                return true
            }
        }
        self.map = map
        isTruncated = map.count == Self.mapLimit
        do throws(FormatError) {
            xattrs = try image.xattrs(of: number)
            xattrFlaw = nil
        } catch {
            xattrs = []
            xattrFlaw = error
        }
    }

    private static func facts(
        _ inode: borrowing Inode, _ image: Ext4Image
    ) -> [(name: String, value: String)] {
        var facts: [(name: String, value: String)] = [
            ("kind", inode.kind.map { "\($0)" } ?? "none"),
            ("permissions", String(inode.mode & 0o7777, radix: 8)),
            ("links", "\(inode.linksCount)"), ("user", "\(inode.user)"),
            ("group", "\(inode.group)"), ("size", "\(inode.size)"),
            ("accessed", "\(UTCTime(inode.accessTime))"),
            ("changed", "\(UTCTime(inode.changeTime))"),
            ("modified", "\(UTCTime(inode.modificationTime))"),
        ]
        if let created = inode.creationTime { facts.append(("created", "\(UTCTime(created))")) }
        if inode.kind == .blockDevice || inode.kind == .characterDevice {
            facts.append(("device", "\(inode.device.major):\(inode.device.minor)"))
        }
        if inode.kind == .symlink, let target = try? image.symlinkTarget(of: inode) {
            facts.append(("target", "\(EscapedName(target))"))
        }
        let flags = InodeFlags.names.filter { inode.flags.contains($0.0) }.map(\.1)
        facts.append(("flags", flags.joined(separator: " ")))
        if !inode.notes.isEmpty { facts.append(("notes", inode.notes.joined(separator: ", "))) }
        if image.superblock.readOnly.contains(.metadataChecksums) {
            facts.append(("checksum", image.checksums.isValid(inode) ? "right" : "wrong"))
        }
        return facts
    }

    private var name: String { path.map { " \(EscapedName($0))" } ?? "" }

    /// For people.
    public var text: String {
        var lines = ["inode \(number)\(name)"]
        lines += facts.map { "  \($0.name)\(padding($0.name, 14))\($0.value)" }
        if !map.isEmpty { lines += ["blocks"] + map.map { "  " + Self.text($0) } }
        if isTruncated {
            lines.append("  truncated at \(Self.mapLimit) parts of at least \(Self.mapLimit)")
        }
        if !xattrs.isEmpty || xattrFlaw != nil { lines.append("extended attributes") }
        lines += xattrs.map { "  \(EscapedName($0.name)): \(Self.text($0.value))" }
        if let xattrFlaw { lines.append("  ! \(xattrFlaw)") }
        lines.append("fields")
        lines += fields.map { "  \($0.name)\(padding($0.name, 18))\($0.value.shown)" }
        return lines.map { $0 + "\n" }.joined()
    }

    private func padding(_ name: String, _ width: Int) -> String {
        String(repeating: " ", count: max(1, width - name.count))
    }

    /// The bytes of a value shown before it is cut.
    private static let valueLimit = 256

    private static func text(_ value: [UInt8]) -> String {
        let shown = hexadecimal(value.prefix(valueLimit))
        return value.count > valueLimit ? "\(shown)… (\(value.count) bytes)" : shown
    }

    private static func text(_ event: MapEvent) -> String {
        switch event {
        case .run(let run):
            let last = run.length - 1
            return "\(run.logical) to \(run.logical + last): "
                + "\(run.physical) to \(run.physical + last)\(run.isUnwritten ? ", unwritten" : "")"
        case .node(let node):
            return node.isExtents
                ? "extent node, depth \(node.level): \(node.block)"
                : "indirect block, level \(node.level + 1): \(node.block)"
        case .flaw(let flaw):
            return "! \(flaw)"
        }
    }

    /// For programs.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "format": .string("assay-inspect/1"), "inode": .unsigned(UInt64(number)),
            "path": path.map { .string("\(EscapedName($0))") } ?? .null,
            "fields": .object(
                Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value.json) })),
            "blocks": .array(map.map(Self.json)), "truncated": .bool(isTruncated),
            "xattrs": .array(
                xattrs.map {
                    .object([
                        "name": .string("\(EscapedName($0.name))"),
                        "value": .string(hexadecimal($0.value)),
                    ])
                }),
        ]
        for (name, value) in facts { members[name] = .string(value) }
        if let xattrFlaw { members["xattr_flaw"] = .string("\(xattrFlaw)") }
        return .object(members)
    }

    private static func json(_ event: MapEvent) -> JSONValue {
        switch event {
        case .run(let run):
            .object([
                "logical": .unsigned(run.logical), "physical": .unsigned(run.physical),
                "length": .unsigned(run.length), "unwritten": .bool(run.isUnwritten),
            ])
        case .node(let node):
            .object([
                "node": .unsigned(node.block), "level": .unsigned(UInt64(node.level)),
                "logical": .unsigned(node.logical),
            ])
        case .flaw(let flaw): .object(["flaw": .string("\(flaw)")])
        }
    }
}
