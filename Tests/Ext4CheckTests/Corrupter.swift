import Ext4Image
import Ext4Layout
import ImageBytes

/// Lists single fields of an image that can be changed, of every structure it has.
final class Corrupter {
    let image: Ext4Image
    private(set) var corruptions: [Corruption] = []

    init(_ image: Ext4Image) {
        self.image = image
        addSuperblock()
        addDescriptors()
        addInodes()
        addJournal()
        addMultiMount()
        addBitmaps()
    }

    private var blockSize: Int { image.geometry.blockSize }

    /// Changes one run of bytes in the ways that break things: one more, one bit, none, all.
    private func add(
        _ name: String, _ range: Range<Int>, _ repair: Corruption.Repair
    ) {
        let bytes = image.bytes
        let old = bytes.slice.copy(range)
        var values: [[UInt8]] = [
            old.map { _ in 0 }, old.map { _ in 0xFF }, old.map { $0 },
            old.map { $0 }, old.map { $0 },
        ]
        values[2][0] ^= 1
        values[3][0] &+= 3
        values[4][old.count - 1] ^= 0x80
        for value in values where value != old {
            corruptions.append(
                Corruption(
                    description: "\(name) at \(range.lowerBound): \(old) becomes \(value)",
                    offset: range.lowerBound, bytes: value, repair: repair))
        }
    }

    private func add(
        _ name: String, _ layout: [FieldExtent], at base: Int, _ repair: Corruption.Repair,
        limit: Int = .max
    ) {
        for field in layout where field.range.upperBound <= limit {
            let range = base + field.range.lowerBound..<base + field.range.upperBound
            if range.count <= 8 {
                add("\(name) \(field.name)", range, repair)
            } else {
                // Long runs are taken by their words.
                let words = min(range.count / 4, 16)
                for word in 0..<words {
                    let start = range.lowerBound + word * 4
                    add("\(name) \(field.name)[\(word)]", start..<start + 4, repair)
                }
            }
        }
    }

    private func addSuperblock() {
        add("superblock", Superblock.layout, at: 1024, .superblock)
    }

    private func addDescriptors() {
        let image = image
        for group in image.groups.indices.prefix(3) {
            guard let slice = image.descriptorSlice(ofGroup: group) else { continue }
            let (base, count) = (Int(slice.origin), slice.count)
            add(
                "group \(group)", GroupDescriptor.layout, at: base, .descriptor(group: group),
                limit: count)
        }
    }

    private func addInodes() {
        let image = image
        var directories = 0
        for number in image.inodeNumbers.prefix(40) {
            guard let inode = image.inode(number) else { continue }
            guard inode.linksCount > 0 || number < 12 else { continue }
            let base = Int(inode.slice.origin)
            add(
                "inode \(number)", Inode.layout, at: base, .inode(number, offset: base),
                limit: image.geometry.inodeSize)
            addAttributes(number, base)
            if inode.linksCount > 0, inode.kind == .directory, directories < 4 {
                directories += 1
                addDirectory(number)
            }
            addNodes(number)
        }
    }

    /// Attributes in the inode, and in a block of their own.
    private func addAttributes(_ number: UInt32, _ base: Int) {
        let image = image
        guard let inode = image.inode(number) else { return }
        let start = base + 128 + Int(inode.extraSize)
        let bytes = image.bytes
        if image.geometry.inodeSize > 128, start + 24 <= base + image.geometry.inodeSize,
            bytes.slice[XattrHeader.Fields.magic, from: start] == XattrHeader.magic
        {
            add(
                "inode \(number) attribute", XattrEntry.layout, at: start + 4,
                .inode(number, offset: base))
        }
        let block = inode.xattrBlock
        guard block != 0 else { return }
        let place = Int(block) * blockSize
        add("attribute block", XattrHeader.layout, at: place, .attributes(block: block))
        add(
            "attribute block entry", XattrEntry.layout, at: place + 32, .attributes(block: block))
    }

    private func addDirectory(_ number: UInt32) {
        let image = image
        var blocks: [(UInt64, Int)] = []
        guard let inode = image.inode(number) else { return }
        let isIndexed = inode.flags.contains(.indexed)
        if inode.flags.contains(.inlineData) { return }
        try? image.forEachDirectoryBlock(of: inode) { (logical, block) throws(FormatError) in
            blocks.append((logical, Int(block.origin)))
        }
        for (logical, base) in blocks.prefix(3) {
            let block = UInt64(base / blockSize)
            if isIndexed, logical == 0 {
                addHashTree(number, base)
                continue
            }
            var offset = 0
            let bytes = image.bytes
            let slice = bytes.slice.slice(base..<base + blockSize)
            for index in 0..<4 {
                guard let entry = DirectoryEntry(in: slice, at: offset, blockSize: blockSize),
                    entry.recordLength >= 12
                else { break }
                let repair = Corruption.Repair.directory(block: block, inode: number)
                let name = "directory \(number) entry \(index)"
                add("\(name) inode", base + offset..<base + offset + 4, repair)
                add("\(name) rec_len", base + offset + 4..<base + offset + 6, repair)
                add("\(name) name_len", base + offset + 6..<base + offset + 7, repair)
                add("\(name) file_type", base + offset + 7..<base + offset + 8, repair)
                add("\(name) name", base + offset + 8..<base + offset + 9, repair)
                offset = entry.end
            }
        }
    }

    private func addHashTree(_ number: UInt32, _ base: Int) {
        let repair = Corruption.Repair.hashTree(
            block: UInt64(base / blockSize), inode: number, isRoot: true)
        add("hash tree of \(number)", HashTreeRootInfo.layout, at: base + 24, repair)
        for word in 0..<24 {
            add(
                "hash tree of \(number) halfword \(word)",
                base + 32 + word * 2..<base + 34 + word * 2,
                repair)
        }
        for word in 0..<6 {
            add(
                "hash tree of \(number) dots \(word)", base + word * 4..<base + word * 4 + 4, repair
            )
        }
    }

    /// Blocks of extent trees.
    private func addNodes(_ number: UInt32) {
        let image = image
        var nodes: [MapNode] = []
        guard let inode = image.inode(number), image.hasMap(inode) else { return }
        image.walkMap(of: inode) { event in
            if case .node(let node) = event { nodes.append(node) }
            return nodes.count < 3
        }
        for node in nodes {
            let base = Int(node.block) * blockSize
            let repair: Corruption.Repair =
                node.isExtents ? .extents(block: node.block, inode: number) : .none
            for word in 0..<9 {
                add(
                    "map of \(number) block \(node.block) word \(word)",
                    base + word * 4..<base + word * 4 + 4, repair)
            }
        }
    }

    private func addJournal() {
        let image = image
        let number = image.superblock[Superblock.Fields.journalInode]
        guard let inode = image.inode(number), inode.linksCount > 0 else { return }
        var start: UInt64?
        image.walkMap(of: inode) { event in
            if case .run(let run) = event, run.logical == 0 { start = run.physical }
            return start == nil
        }
        guard let start else { return }
        let base = Int(start) * blockSize
        add(
            "journal", JournalSuperblock.layout, at: base, .journal(offset: base), limit: 256)
    }

    private func addMultiMount() {
        guard image.superblock.incompatible.contains(.multiMountProtection) else { return }
        let block = image.superblock[Superblock.Fields.mmpBlock]
        add(
            "multi-mount", MultiMountBlock.layout, at: Int(block) * blockSize,
            .multiMount(block: block), limit: 116)
    }

    private func addBitmaps() {
        for group in image.groups.indices.prefix(2) {
            for (name, block, repair) in [
                (
                    "block bitmap", image.groups[group].blockBitmap,
                    Corruption.Repair.blockBitmap(group: group)
                ),
                (
                    "inode bitmap", image.groups[group].inodeBitmap,
                    Corruption.Repair.inodeBitmap(group: group)
                ),
            ] {
                for byte in [0, 1, 100, blockSize - 1] {
                    let start = Int(block) * blockSize + byte
                    add("\(name) of group \(group) byte \(byte)", start..<start + 1, repair)
                }
            }
        }
    }
}
