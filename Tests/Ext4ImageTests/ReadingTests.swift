import Ext4Image
import Ext4Layout
import HostSystem
import ImageBytes
import SystemPackage
import TestKit
import Testing

private struct NoSuchInode: Error {
    let number: UInt32
}

@Suite struct ReadingTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test(arguments: [
        "-t ext4 -b 1024", "-t ext4 -b 4096", "-t ext4 -b 65536", "-t ext3 -b 1024", "-t ext2",
        "-t ext4 -O ^64bit", "-t ext4 -I 128 -O ^metadata_csum", "-t ext4 -O inline_data",
        "-t ext4 -O meta_bg,^resize_inode", "-t ext4 -O bigalloc -C 16384",
        "-t ext4 -O sparse_super2", "-t ext4 -O metadata_csum_seed,ea_inode",
    ])
    func `a tree that mke2fs stored reads back`(options: String) async throws {
        let image = folder["image"]
        try await Shell.run(
            """
            mkdir -p tree/sub/deep; printf hello > tree/greeting; : > tree/empty
            head -c 300000 /dev/zero | tr '\\0' x > tree/large; ln -s greeting tree/short
            ln -s $(printf 'l%.0s' $(seq 200)) tree/long; printf deep > tree/sub/deep/file
            for i in $(seq 300); do : > tree/sub/entry-with-a-rather-long-name-$i; done
            truncate -s 100M image; mke2fs -qF \(options) -d tree image 2>mke2fs.log
            """, in: folder.path)

        let opened = try Ext4Image(MappedImage(path: image))
        let root = try opened.entries(ofDirectory: InodeNumber.root)
        let names = root.map { String(decoding: $0.name, as: UTF8.self) }.sorted()
        #expect(names == ["empty", "greeting", "large", "long", "lost+found", "short", "sub"])

        func inode(_ name: String, in entries: [Ext4Image.NamedEntry]) throws -> UInt32 {
            try #require(entries.first { $0.name == Array(name.utf8) }?.inode)
        }
        func content(_ number: UInt32) throws -> [UInt8] {
            guard let view = opened.inode(number) else { throw NoSuchInode(number: number) }
            return view.kind == .symlink
                ? try opened.symlinkTarget(of: view) : try opened.content(of: view, limit: 1 << 20)
        }
        #expect(try content(inode("greeting", in: root)) == Array("hello".utf8))
        #expect(try content(inode("empty", in: root)) == [])
        #expect(try content(inode("large", in: root)) == [UInt8](repeating: 0x78, count: 300_000))
        #expect(try content(inode("short", in: root)) == Array("greeting".utf8))
        #expect(try content(inode("long", in: root)) == [UInt8](repeating: 0x6C, count: 200))
        let sub = try opened.entries(ofDirectory: inode("sub", in: root))
        #expect(sub.count == 301)
        let deep = try opened.entries(ofDirectory: inode("deep", in: sub))
        #expect(try content(inode("file", in: deep)) == Array("deep".utf8))
    }

    @Test func `a name of a directory that folds case is found by any that is the same to it`()
        async throws
    {
        let image = folder["image"]
        try await Shell.run(
            """
            mkdir -p tree/fold/Straße tree/exact/Straße
            printf 1 > tree/fold/Straße/Ärger; printf 2 > tree/exact/Straße/Ärger
            mke2fs -qF -t ext4 -O casefold -E encoding=utf8 -d tree image 8M
            debugfs -wR 'sif /fold flags 0x40080000' image
            debugfs -wR 'sif /fold/Straße flags 0x40080000' image
            """, in: folder.path)
        let opened = try Ext4Image(MappedImage(path: image))
        let exact = try opened.inode(atPath: Array("/fold/Straße/Ärger".utf8))
        for path in ["/fold/STRASSE/ärger", "/fold/strasse/A\u{308}RGER", "/fold/straße/ÄRGER"] {
            #expect(try opened.inode(atPath: Array(path.utf8)) == exact, "\(path)")
        }
        for path in ["/exact/STRASSE/Ärger", "/exact/Straße/ärger", "/fold/Strase/Ärger"] {
            #expect(throws: Ext4Image.PathError.self) {
                try opened.inode(atPath: Array(path.utf8))
            }
        }
    }
}
