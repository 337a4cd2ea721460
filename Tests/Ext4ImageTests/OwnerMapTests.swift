import Ext4Image
import Ext4Layout
import HostSystem
import ImageBytes
import SystemPackage
import TestKit
import Testing

@Suite struct OwnerMapTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func open(_ shape: String) async throws -> Ext4Image {
        try await SampleTree.makeImage(shape, in: folder.path)
        return try Ext4Image(MappedImage(path: folder["image"]))
    }

    /// Runs debugfs commands, each line of the answer on its own.
    private func debugfs(_ commands: [String]) async throws -> [Substring] {
        let text = commands.joined(separator: "\n") + "\n"
        try await Shell.run("cat > commands <<'END'\n\(text)END", in: folder.path)
        let answer = try await Shell.run("debugfs -f commands image 2>/dev/null", in: folder.path)
        return answer.split(separator: "\n")
    }

    /// The inode that an owner belongs to, as `icheck` counts: the journal's and the resize inode's
    /// blocks too, but no metadata of groups.
    private func inode(of owner: BlockOwner) -> UInt32? {
        switch owner {
        case .mapNode(let inode, _, _), .content(let inode, _, _), .xattrs(let inode): inode
        case .growth: InodeNumber.resize
        default: nil
        }
    }

    @Test(arguments: SampleTree.shapes)
    func `every block has the inode that debugfs' icheck names`(shape: String) async throws {
        let image = try await open(shape)
        let blocks = Array(image.geometry.firstDataBlock..<image.geometry.blockCount)
        let commands = stride(from: 0, to: blocks.count, by: 500).map { start in
            "icheck " + blocks[start...].prefix(500).map(String.init).joined(separator: " ")
        }
        var expected: [UInt64: UInt32] = [:]
        for line in try await debugfs(commands) {
            let parts = line.split(separator: "\t")
            guard parts.count == 2, let block = UInt64(parts[0]) else { continue }
            expected[block] = UInt32(parts[1])
        }
        #expect(expected.count > 20)
        let owners = OwnerMap(of: image)
        for block in blocks {
            let found = owners.owners(of: block).compactMap(inode(of:)).first
            #expect(owners.owner(of: block) == owners.owners(of: block)[0])
            // Blocks kept for descriptors belong to the resize inode where there is one.
            #expect(found == expected[block], "block \(block): \(owners.owners(of: block))")
        }
    }

    @Test(arguments: SampleTree.shapes)
    func `a block is owned where the bitmap marks it, and free where not`(
        shape: String
    ) async throws {
        let image = try await open(shape)
        let owners = OwnerMap(of: image)
        for block in image.geometry.firstDataBlock..<image.geometry.blockCount {
            let all = owners.owners(of: block)
            #expect(all.count == 1, "block \(block): \(all)")
            #expect(all != [.lost], "block \(block)")
            if image.isBlockMarked(block) == false { #expect(all == [.free], "block \(block)") }
        }
    }

    @Test(arguments: SampleTree.shapes)
    func `an inode's fields are found where debugfs' imap says`(shape: String) async throws {
        let image = try await open(shape)
        let owners = OwnerMap(of: image)
        let numbers: [UInt32] = [2, 11, 12, 13, 100]
        let lines = try await debugfs(numbers.map { "imap <\($0)>" }).filter {
            $0.contains("located")
        }
        #expect(lines.count == numbers.count)
        for (number, line) in zip(numbers, lines) {
            let parts = line.split { " ,".contains($0) }
            let block = try #require(UInt64(parts[3]))
            let offset = try #require(UInt64(parts[5].dropFirst(2), radix: 16))
            let place = block * UInt64(image.geometry.blockSize) + offset
            let owner = owners.owner(ofByte: place + UInt64(Inode.Fields.modificationTime.offset))
            #expect(owner.place == .inode(number))
            #expect(owner.field == "i_mtime")
            #expect(owner.bytes == place + 16..<place + 20)
        }
    }

    @Test(arguments: SampleTree.shapes)
    func `paths are those of debugfs' ncheck`(shape: String) async throws {
        let image = try await open(shape)
        let paths = PathIndex(of: image)
        let numbers = (11...400).map(UInt32.init)
        var checked = 0
        let commands = stride(from: 0, to: numbers.count, by: 100).map { start in
            "ncheck " + numbers[start...].prefix(100).map(String.init).joined(separator: " ")
        }
        // A file with two names has two lines; ours is one of them.
        var expected: [UInt32: [String]] = [:]
        for line in try await debugfs(commands) {
            let parts = line.split(separator: "\t", maxSplits: 1)
            guard parts.count == 2, let number = UInt32(parts[0]) else { continue }
            expected[number, default: []].append(String(parts[1]))
        }
        for (number, names) in expected {
            let path = paths.path(of: number).map { String(decoding: $0, as: UTF8.self) }
            // ncheck puts two slashes before names in the root.
            let plain = names.map { $0.hasPrefix("//") ? String($0.dropFirst()) : $0 }
            #expect(
                path.map(plain.contains) == true, "inode \(number): \(String(describing: path))")
            checked += 1
        }
        #expect(checked > 300)
    }

    @Test(arguments: SampleTree.shapes)
    func `every byte of the metadata has an answer that holds it`(shape: String) async throws {
        let image = try await open(shape)
        let owners = OwnerMap(of: image)
        let size = UInt64(image.geometry.blockSize)
        for run in owners.runs {
            if case .content(let inode, _, _) = run.first, image.inode(inode)?.kind != .directory {
                continue
            }
            for block in run.blocks.prefix(3) {
                var offset = block * size
                while offset < (block + 1) * size {
                    let owner = owners.owner(ofByte: offset)
                    guard owner.bytes.contains(offset) else {
                        Issue.record("offset \(offset): \(owner)")
                        return
                    }
                    offset = max(owner.bytes.upperBound, offset + 1)
                }
            }
        }
    }

    @Test func `the answer is the same for every number of threads`() async throws {
        let image = try await open(SampleTree.shapes[0])
        let one = OwnerMap(of: image, workers: 1)
        for workers in [2, 3, 8] { #expect(OwnerMap(of: image, workers: workers).runs == one.runs) }
    }
}
