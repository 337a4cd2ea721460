import Ext4Image
import Ext4Layout
import HostSystem
import ImageBytes
import SystemPackage
import TestKit
import Testing

@Suite struct SpecialTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test func `the multi-mount block is read where there is one`() async throws {
        try await Shell.run(
            """
            truncate -s 8M image other; mke2fs -qF -t ext4 -O mmp image; mke2fs -qF -t ext4 other
            """, in: folder.path)
        let image = try Ext4Image(MappedImage(path: folder["image"]))
        #expect(image.multiMount?.sequence == MultiMountBlock.cleanSequence)
        #expect(try Ext4Image(MappedImage(path: folder["other"])).multiMount == nil)
    }

    @Test func `orphans are found in the list and in the orphan file`() async throws {
        try await Shell.run(
            """
            mkdir tree; for i in 1 2 3; do echo $i > tree/$i; done
            truncate -s 8M image; mke2fs -qF -t ext4 -b 1024 -O orphan_file -d tree image
            debugfs -w image > debugfs.log 2>&1 <<'END'
            set_super_value last_orphan 12
            set_inode_field <12> dtime 13
            set_inode_field <13> dtime 12
            END
            """, in: folder.path)
        let image = try Ext4Image(MappedImage(path: folder["image"]))
        // The list runs in a circle: each is found once.
        #expect(image.orphans == [12, 13])

        let number = image.superblock[Superblock.Fields.orphanFileInode]
        guard let file = image.inode(number) else { return }
        var first: UInt64?
        image.walkMap(of: file) { event in
            guard case .run(let run) = event else { return true }
            first = run.physical
            return false
        }
        let place = try #require(first) * 1024 + 8
        let bent = try Ext4Image(image.bytes.replacing([.init(offset: place, bytes: [14])]))
        #expect(bent.orphans == [12, 13, 14])
    }
}
