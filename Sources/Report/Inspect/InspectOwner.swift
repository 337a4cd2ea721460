public import Ext4Image
internal import Ext4Layout
internal import HostSystem
internal import ImageBytes

/// What `assay inspect --block N` and `--offset N` show: whose the block or byte is.
public struct InspectOwner: Sendable {
    private let image: Ext4Image
    private let map: OwnerMap
    private let paths: PathIndex

    /// - Parameters:
    ///   - image: the image.
    ///   - workers: threads to map it with.
    public init(of image: Ext4Image, workers: Int) {
        self.image = image
        map = OwnerMap(of: image, workers: workers)
        paths = PathIndex(of: image, workers: workers)
    }

    private var sentence: OwnerSentence { OwnerSentence(paths: paths) }

    /// Whose a block is, for people.
    public func text(ofBlock block: UInt64) -> String {
        blockLines(block).map { $0 + "\n" }.joined()
    }

    /// Whose a byte is, for people.
    public func text(ofByte offset: UInt64) -> String {
        let owner = map.owner(ofByte: offset)
        let size = UInt64(image.geometry.blockSize)
        let lines =
            [
                "offset \(offset): block \(offset / size), byte \(offset % size)",
                "  \(sentence.text(owner))",
                "  bytes \(owner.bytes.lowerBound) to \(owner.bytes.upperBound - 1)\(value(owner))",
            ] + others(offset / size)
        return lines.map { $0 + "\n" }.joined()
    }

    private func blockLines(_ block: UInt64) -> [String] {
        guard block < image.geometry.blockCount else {
            return ["block \(block): after the file system, which has \(image.geometry.blockCount)"]
        }
        let marked = image.isBlockMarked(block).map { $0 ? "in use" : "free" } ?? "unknown"
        return map.owners(of: block).map { "block \(block): \(text($0, block))" }
            + ["  by the block bitmap: \(marked)"] + warning
    }

    private func others(_ block: UInt64) -> [String] {
        guard block < image.geometry.blockCount else { return warning }
        return map.owners(of: block).dropFirst().map { "  also claimed: \(text($0, block))" }
            + warning
    }

    /// The owner of a block; of the journal's blocks also what each is.
    private func text(_ owner: BlockOwner, _ block: UInt64) -> String {
        let text = sentence.text(owner)
        guard case .content = owner else { return text }
        let part = map.owner(ofByte: 0, in: block, owner)
        guard case .journal = part.place else { return text }
        return "\(text), \(sentence.text(part))"
    }

    private var warning: [String] {
        map.isTruncated
            ? ["  truncated at \(OwnerMap.runLimit) runs of at least \(OwnerMap.runLimit + 1)"] : []
    }

    /// The bytes themselves where they are few.
    private func value(_ owner: ByteOwner) -> String {
        let count = Int(min(owner.bytes.upperBound - owner.bytes.lowerBound, 17))
        guard count <= 16, let slice = image.slice.slice(ifAt: owner.bytes.lowerBound, count: count)
        else { return "" }
        return ": \(hexadecimal(slice.copy()))"
    }

    /// Whose a block is, for programs.
    public func json(ofBlock block: UInt64) -> JSONValue {
        var members: [String: JSONValue] = [
            "format": .string("assay-inspect/1"), "block": .unsigned(block),
            "truncated": .bool(map.isTruncated),
        ]
        let isInside = block < image.geometry.blockCount
        members["owners"] = .array(
            isInside ? map.owners(of: block).map { .string(text($0, block)) } : [])
        members["marked"] = image.isBlockMarked(block).map(JSONValue.bool) ?? .null
        return .object(members)
    }

    /// Whose a byte is, for programs.
    public func json(ofByte offset: UInt64) -> JSONValue {
        let owner = map.owner(ofByte: offset)
        let size = UInt64(image.geometry.blockSize)
        var members: [String: JSONValue] = [
            "format": .string("assay-inspect/1"), "offset": .unsigned(offset),
            "block": .unsigned(offset / size), "owner": .string(sentence.text(owner)),
            "field": owner.field.map(JSONValue.string) ?? .null,
            "first": .unsigned(owner.bytes.lowerBound),
            "last": .unsigned(owner.bytes.upperBound - 1), "truncated": .bool(map.isTruncated),
        ]
        if let inode = owner.place.inode {
            members["inode"] = .unsigned(UInt64(inode))
            members["path"] =
                paths.path(of: inode).map { .string("\(EscapedName($0))") } ?? .null
        }
        return .object(members)
    }
}

extension ByteOwner.Place {
    /// The inode that the place belongs to, if it belongs to one.
    var inode: UInt32? {
        switch self {
        case .inode(let number), .inodeGap(let number), .extentNode(let number, _),
            .indirectBlock(let number, _), .directoryEntry(let number, _, _),
            .directoryGap(let number), .directoryTail(let number), .hashTree(let number, _),
            .xattrHeader(let number), .xattr(let number, _), .xattrGap(let number),
            .content(let number, _), .slack(let number), .unwritten(let number, _):
            number
        default: nil
        }
    }
}
