import Ext4Image
import Ext4Layout
import ImageBytes
import SystemPackage

/// A small sound image that mutants are made from.
struct Base: Sendable {
    /// The images, in the order of their names; set before the first input.
    nonisolated(unsafe) static var all: [Base] = []

    static let names = [
        "clusters", "extents", "inline", "journal", "meta", "narrow", "old", "replay", "values",
    ]

    let bytes: MappedImage
    let image: Ext4Image
    let owners: OwnerMap
    /// The blocks that hold metadata, where a changed byte is worth a try.
    let metadata: [UInt64]

    static func load(folder: FilePath) throws {
        all = try names.map { try Base(path: folder.appending($0)) }
    }

    private init(path: FilePath) throws {
        bytes = try MappedImage(path: path)
        image = try Ext4Image(bytes)
        let owners = OwnerMap(of: image, workers: 1)
        self.owners = owners
        let image = image
        metadata = (0..<image.geometry.blockCount).filter { block in
            guard let content = image.block(block) else { return false }
            return Self.isMetadata(owners.owner(of: block), image, content)
        }
    }

    private static func isMetadata(
        _ owner: BlockOwner, _ image: Ext4Image, _ content: ImageSlice
    ) -> Bool {
        switch owner {
        case .bootArea, .free, .lost, .growth: false
        case .content(let number, _, _):
            image.inode(number)?.kind == .directory || number < 11 && !content.isZero
        case .inodeTable: !content.isZero
        default: true
        }
    }
}
