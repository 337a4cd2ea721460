public import Ext4Image
internal import Ext4Layout
internal import HostSystem
internal import ImageBytes

/// What `assay inspect --tree` shows: a line for each name, as `ls -l` would, directory by directory.
public struct InspectTree: Sendable {
    private let image: Ext4Image
    private let start: UInt32
    private let prefix: [UInt8]

    /// More names than this are not listed.
    public static let entryLimit = 1_000_000
    /// No more bytes of paths than this are listed: deep directories make long paths.
    public static let pathByteLimit = 256 << 20

    /// - Parameters:
    ///   - image: the image.
    ///   - start: the directory to begin with.
    ///   - path: its path, without a slash at the end; empty for the root.
    public init(of image: Ext4Image, from start: UInt32, path: [UInt8]) {
        self.image = image
        self.start = start
        prefix = path
    }

    /// One name of the tree.
    struct Line: Sendable {
        let path: [UInt8]
        let inode: UInt32
        let kind: FileKind?
        let permissions: UInt16
        let links: UInt16
        let user: UInt32
        let group: UInt32
        let size: UInt64
        let device: (major: UInt32, minor: UInt32)?
        let time: Timestamp
        let target: [UInt8]?
        let notes: [String]
    }

    /// Gives out the lines for people, one at a time.
    ///
    /// - Throws: what `write` throws.
    public func writeText<Failure: Error>(
        _ write: (String) throws(Failure) -> Void
    ) throws(Failure) {
        let end = try walk { line throws(Failure) in try write(Self.text(line) + "\n") }
        for flaw in end.flaws { try write("! \(flaw)\n") }
        if end.isTruncated {
            try write("truncated at \(end.count) names of at least \(end.count + 1)\n")
        }
    }

    /// For programs.
    public var json: JSONValue {
        var lines: [Line] = []
        let end = walk { lines.append($0) }
        return .object([
            "format": .string("assay-inspect/1"), "tree": .rows(lines, Self.json),
            "truncated": .bool(end.isTruncated),
            "flaws": .array(end.flaws.map { .string("\($0)") }),
        ])
    }

    private struct End {
        var flaws: [FormatError] = []
        var isTruncated = false
        var count = 0
    }

    /// More broken directories than this are not told of.
    private static let flawLimit = 1_000

    private func walk<Failure: Error>(
        _ body: (Line) throws(Failure) -> Void
    ) throws(Failure) -> End {
        var end = End()
        var pending = [(start, prefix)]
        // A directory that is its own ancestor is listed once.
        var seen: Set<UInt32> = [start]
        var pathBytes = 0
        while let (directory, path) = pending.popLast() {
            let entries: [Ext4Image.NamedEntry]
            do throws(FormatError) { entries = try image.entries(ofDirectory: directory) } catch {
                if end.flaws.count < Self.flawLimit { end.flaws.append(error) }
                continue
            }
            let sorted = entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
            var below: [(UInt32, [UInt8])] = []
            for entry in sorted {
                guard end.count < Self.entryLimit, pathBytes < Self.pathByteLimit else {
                    end.isTruncated = true
                    return end
                }
                // What is mapped counts as our memory, and directories are many.
                if end.count % 4_096 == 0 { image.bytes.releaseAll() }
                end.count += 1
                pathBytes += path.count + entry.name.count + 1
                let line = line(entry, in: path)
                try body(line)
                if line.kind == .directory, seen.insert(entry.inode).inserted {
                    below.append((entry.inode, line.path))
                }
            }
            pending += below.reversed()
        }
        return end
    }

    private func line(_ entry: Ext4Image.NamedEntry, in directory: [UInt8]) -> Line {
        let path = directory + [0x2F] + entry.name
        guard let inode = image.inode(entry.inode) else {
            return Line(
                path: path, inode: entry.inode, kind: nil, permissions: 0, links: 0, user: 0,
                group: 0, size: 0, device: nil, time: Timestamp(seconds: 0), target: nil,
                notes: ["no such inode"])
        }
        let isDevice = inode.kind == .blockDevice || inode.kind == .characterDevice
        return Line(
            path: path, inode: entry.inode, kind: inode.kind, permissions: inode.mode & 0o7777,
            links: inode.linksCount, user: inode.user, group: inode.group, size: inode.size,
            device: isDevice ? inode.device : nil, time: inode.modificationTime,
            target: inode.kind == .symlink ? try? image.symlinkTarget(of: inode) : nil,
            notes: inode.notes)
    }

    private static func text(_ line: Line) -> String {
        let size = line.device.map { "\($0.major), \($0.minor)" } ?? "\(line.size)"
        let columns = [
            (String(line.kind?.letter ?? "?") + permissions(line.permissions), 10),
            ("\(line.links)", -3), ("\(line.user)", -5), ("\(line.group)", -5), (size, -10),
            ("\(UTCTime(line.time))", 20), ("\(line.inode)", -7),
        ]
        let target = line.target.map { " -> \(EscapedName($0))" } ?? ""
        let notes = line.notes.isEmpty ? "" : "  [\(line.notes.joined(separator: ", "))]"
        return columns.map { pad($0.0, $0.1) }.joined(separator: " ") + " \(EscapedName(line.path))"
            + target + notes
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        let padding = String(repeating: " ", count: max(0, abs(width) - text.count))
        return width < 0 ? padding + text : text + padding
    }

    /// `rwxr-xr-x`, with `s` and `t` where `ls` has them.
    private static func permissions(_ mode: UInt16) -> String {
        let letters = Array("rwxrwxrwx")
        var shown = (0..<9).map { mode >> (8 - $0) & 1 == 1 ? letters[$0] : "-" }
        for (bit, place, letter) in [(0o4000, 2, "s"), (0o2000, 5, "s"), (0o1000, 8, "t")]
        where Int(mode) & bit != 0 {
            shown[place] = Character(shown[place] == "x" ? letter : letter.uppercased())
        }
        return String(shown)
    }

    private static func json(_ line: Line) -> JSONValue {
        var members: [String: JSONValue] = [
            "path": .string("\(EscapedName(line.path))"), "inode": .unsigned(UInt64(line.inode)),
            "kind": .string(line.kind.map { "\($0.letter)" } ?? "?"),
            "permissions": .string(String(line.permissions, radix: 8)),
            "links": .unsigned(UInt64(line.links)), "user": .unsigned(UInt64(line.user)),
            "group": .unsigned(UInt64(line.group)), "size": .unsigned(line.size),
            "modified": .string("\(UTCTime(line.time))"),
        ]
        if let device = line.device {
            members["device"] = .string("\(device.major):\(device.minor)")
        }
        if let target = line.target { members["target"] = .string("\(EscapedName(target))") }
        if !line.notes.isEmpty { members["notes"] = .array(line.notes.map(JSONValue.string)) }
        return .object(members)
    }
}

extension Inode {
    /// What is unusual about an inode's content, by name.
    var notes: [String] {
        let named: [(InodeFlags, String)] = [
            (.encrypted, "encrypted"), (.verity, "verity"), (.inlineData, "inline data"),
            (.caseFolded, "casefolded"), (.immutable, "immutable"), (.appendOnly, "append only"),
            (.compressed, "compressed, unsupported"), (.xattrInode, "holds an attribute's value"),
        ]
        return named.filter { flags.contains($0.0) }.map(\.1)
    }
}
