import Ext4Image
import Ext4Layout
import HostSystem
import ImageBytes
import SystemPackage
import TestKit
import Testing

/// An image with fast commits that this machine's kernel wrote, and what it makes of them.
struct FastCommitImage {
    let folder: ScratchFolder
    /// The image as it was copied while it was mounted.
    let image: Ext4Image

    /// Copies the backing file of a file system while it is mounted, after `commands` ran in it.
    ///
    /// No transaction of the kernel's own accord ends the fast commits, which `save FILE` makes; but
    /// whoever says `sync` on this machine does, so that it is tried again then.
    ///
    /// - Parameters:
    ///   - options: of mke2fs.
    ///   - first: a name that the first of the commands makes, and the fast commits must have.
    ///   - commands: what to do.
    /// - Throws: `Interrupted` where it never succeeds, or what fails.
    init(_ options: String, first: String, _ commands: String) async throws {
        for _ in 0..<20 {
            let folder = try ScratchFolder()
            try await Self.make(options, commands, in: folder)
            let image = try Ext4Image(MappedImage(path: folder["copy"]))
            let log = Journal(image).flatMap { JournalReplay(of: $0).fastCommits }
            let isWhole = log?.changes.contains { change in
                guard case .create(let entry) = change.tag.value else { return false }
                return entry.name == Array(first.utf8)
            }
            guard isWhole == true else { continue }
            self.folder = folder
            self.image = image
            return
        }
        throw Interrupted()
    }

    /// Every attempt was ended by a transaction.
    struct Interrupted: Error {}

    private static func make(
        _ options: String, _ commands: String, in folder: ScratchFolder
    ) async throws {
        try await Shell.run(
            """
            truncate -s 24M image
            mke2fs -qF -t ext4 -O fast_commit -J size=4,fast_commit_size=1024 \(options) image
            mkdir mounted; mount -o loop,commit=900 image mounted
            base=$PWD; trap 'cd "$base"; umount mounted' EXIT
            cd mounted
            mkdir base big; seq 200 | sed 's/^/big\\/file-with-a-name-/' | xargs touch
            for n in one two three four five six seven; do echo $n > base/$n; done
            yes long | head -c 300000 > base/long; yes kept | head -c 40000 > base/kept
            sync -f .
            save() { sync "$1"; }
            \(commands)
            cd "$base"
            # Once more where something was written meanwhile.
            for try in 1 2 3 4 5; do
                cp --sparse=always image copy
                if cmp -s image copy; then break; fi
            done
            """, in: folder.path)
    }

    /// Everything that the kernel makes fast commits of, and some things that it does not.
    static let everything = """
        echo first > first; save first
        echo second > base/second; chmod 600 base/one; save base/second; save base/one
        mkdir new new/deeper; yes leaf | head -c 9000 > new/deeper/leaf; save new/deeper/leaf
        for i in $(seq 120); do echo $i > new/a-name-that-fills-a-block-$i; done; save new/deeper/leaf
        for i in $(seq 60); do : > big/a-name-that-is-added-$i; done; echo x > big/last; save big/last
        rm base/two; echo reused > base/reused; save base/reused
        rm big/file-with-a-name-7 big/file-with-a-name-99; echo y > big/other; save big/other
        mv base/three base/moved; save base/moved
        mv base/four base/five; save base/five
        mv base/seven new/deeper/; save new/deeper/seven
        ln base/six linked; save base/six
        truncate -s 5000 base/long; save base/long
        yes more | head -c 20000 >> base/kept; save base/kept
        for i in $(seq 200); do
            echo $i | dd of=gappy bs=4096 seek=$((i * 2)) conv=notrunc status=none
        done; save gappy
        fallocate -l 100000 hollow
        printf in | dd of=hollow bs=1 seek=50000 conv=notrunc status=none; save hollow
        mkdir gone; rmdir gone; echo end > end; save end
        """

    /// What the kernel shows of an image after it replayed its journal: path, kind, size, content.
    func listMounted(_ name: String) async throws -> [String] {
        let text = try await Shell.run(
            """
            cp --sparse=always \(name) \(name).work; mkdir -p \(name).mounted
            mount -o loop \(name).work \(name).mounted; base=$PWD
            trap 'cd "$base"; umount \(name).mounted' EXIT
            cd \(name).mounted
            timeout 300 find . -mindepth 1 -printf '%P %y %s ' -exec sh -c \
                'if [ -f "$1" ]; then md5sum < "$1"; else echo; fi' sh {} ';'
            """, in: folder.path)
        return Self.withoutDirectorySizes(text.split(separator: "\n").map(String.init).sorted())
    }

    /// A name that leads to no inode, or to one of another kind.
    struct Mismatch: Error { let name: String }

    /// What we show: paths, kinds and sizes.
    static func list(_ image: Ext4Image) throws -> [String] {
        var found: [String] = []
        var open: [(UInt32, String)] = [(InodeNumber.root, "")]
        while let (directory, path) = open.popLast() {
            for entry in try image.entries(ofDirectory: directory) {
                let name = path + String(decoding: entry.name, as: UTF8.self)
                guard let inode = image.inode(entry.inode), let kind = inode.kind,
                    kind.directoryEntryType == entry.fileType
                else { throw Mismatch(name: name) }
                let letter = kind == .regular ? "f" : kind == .directory ? "d" : "?"
                let size = inode.size
                found.append("\(name) \(letter) \(size)")
                if kind == .directory { open.append((entry.inode, name + "/")) }
            }
        }
        return withoutDirectorySizes(found.sorted())
    }

    /// A directory may have another number of blocks: the kernel splits them as it grows.
    private static func withoutDirectorySizes(_ lines: [String]) -> [String] {
        lines.map { line in
            let parts = line.split(separator: " ")
            return parts.count > 2 && parts[1] == "d" ? "\(parts[0]) d" : line
        }
    }

    /// Writes a view into a file, for other programs.
    func write(_ image: Ext4Image, to name: String) throws {
        let file = try FileDescriptor.open(
            folder[name], .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
        let bytes = image.slice.copy()
        _ = try file.closeAfter { try file.writeAll(bytes) }
    }
}

/// The blocks of a fast-commit area, to bend them.
struct FastCommitArea {
    private(set) var bytes: [UInt8] = []
    /// Where in the image each block starts.
    private var origins: [UInt64] = []
    private let blockSize: Int

    init(of image: Ext4Image) throws {
        let journal = try #require(Journal(image))
        blockSize = image.geometry.blockSize
        for logical in journal.fastCommitArea {
            guard let physical = journal.physical(logical), let block = image.block(physical),
                !block.isZero
            else { break }
            origins.append(block.origin)
            bytes += block.copy()
        }
    }

    /// Every tag with where it starts, as far as they can be read.
    var tags: [(place: Int, tag: FastCommitTag)] {
        let slice = ImageSlice(bytes.rawSpan)
        var found: [(Int, FastCommitTag)] = []
        for start in stride(from: 0, to: bytes.count, by: blockSize) {
            let block = slice.slice(start..<start + blockSize)
            var offset = 0
            while let tag = FastCommitTag(in: block, at: offset, inodeSize: 256) {
                found.append((start + offset, tag))
                offset = tag.end
            }
        }
        return found
    }

    subscript(place: Int) -> UInt8 {
        get { bytes[place] }
        set { bytes[place] = newValue }
    }

    /// Makes the checksum of every fast commit right again, as who means harm would.
    mutating func repair() {
        var sum: UInt32 = 0
        for (place, tag) in tags {
            let range = place..<place + tag.checkedRange.count
            sum = CRC32C.checksum(ImageSlice(bytes.rawSpan).slice(range).bytes, seed: sum)
            guard case .tail = tag.value else { continue }
            for index in 0..<4 { bytes[place + 8 + index] = UInt8(sum >> (index * 8) & 0xFF) }
            sum = 0
        }
    }

    /// The area as it is now, to be put into the image.
    var patches: [MappedImage.Patch] {
        origins.enumerated().map { index, origin in
            .init(
                offset: origin,
                bytes: Array(bytes[index * blockSize..<(index + 1) * blockSize]))
        }
    }
}

/// Writes one block of one fast commit.
struct FastCommitWriter {
    private let sequence: UInt32
    private var bytes: [UInt8] = []

    init(sequence: UInt32) {
        self.sequence = sequence
        add(9, [0, sequence])
    }

    /// Adds a tag of a kind, with numbers and what follows them.
    mutating func add(_ kind: UInt16, _ words: [UInt32], _ rest: [UInt8] = []) {
        let length = UInt16(words.count * 4 + rest.count)
        bytes += Self.bytes(of: kind) + Self.bytes(of: length)
        bytes += words.flatMap { Self.bytes(of: $0) } + rest
    }

    /// The block, closed by a tail that takes the rest of it.
    consuming func finish(blockSize: Int) -> [UInt8] {
        let rest = blockSize - bytes.count - 4
        bytes += Self.bytes(of: UInt16(8)) + Self.bytes(of: UInt16(rest)) + Self.bytes(of: sequence)
        let sum = CRC32C.checksum(ImageSlice(bytes.rawSpan).bytes, seed: 0)
        bytes += Self.bytes(of: sum)
        return bytes + [UInt8](repeating: 0, count: blockSize - bytes.count)
    }

    private static func bytes(of value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
