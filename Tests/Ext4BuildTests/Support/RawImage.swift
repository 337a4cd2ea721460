import HostSystem
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The bytes of an image, read by offsets that are written down here a second time: nothing is taken
/// from the builder or from the project's reader.
final class RawImage: Sendable {
    let byteCount: UInt64
    private let file: FileDescriptor

    init(_ path: FilePath) throws {
        file = try FileDescriptor.open(path, .readOnly)
        byteCount = UInt64(try file.seek(offset: 0, from: .end))
    }

    deinit { try? file.close() }

    func bytes(at offset: UInt64, count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0xEE, count: count)
        _ = bytes.withUnsafeMutableBytes { room in
            try? file.read(fromAbsoluteOffset: Int64(offset), into: room)
        }
        return bytes
    }

    func block(_ number: UInt64) -> [UInt8] { bytes(at: number * 4_096, count: 4_096) }

    /// The blocks that are no holes of the file, in rising order.
    var storedBlocks: [Range<UInt64>] {
        var runs: [Range<UInt64>] = []
        var end: off_t = 0
        while true {
            let start = lseek(file.rawValue, end, LinuxConstant.seekData)
            guard start >= 0 else { return runs }
            end = lseek(file.rawValue, start, LinuxConstant.seekHole)
            guard end > start else { return runs }
            runs.append(UInt64(start) / 4_096..<UInt64(end) / 4_096)
        }
    }

    func superblock(ofGroup group: Int = 0) -> [UInt8] {
        bytes(at: group == 0 ? 1_024 : UInt64(group) * 32_768 * 4_096, count: 1_024)
    }

    var blockCount: UInt64 {
        let bytes = superblock()
        return UInt64(bytes.u32(0x4)) | UInt64(bytes.u32(0x150)) << 32
    }
    var inodesPerGroup: Int { Int(superblock().u32(0x28)) }
    var groupCount: Int { Int((blockCount + 32_767) / 32_768) }

    func descriptor(_ group: Int) -> [UInt8] { bytes(at: 4_096 + UInt64(group) * 64, count: 64) }

    /// The numbers of the clear bits of a group's block bitmap, as blocks of the image.
    func freeBlocks(ofGroup group: Int) -> [UInt64] {
        let bitmap = block(descriptor(group).block(low: 0x0, high: 0x20))
        let first = UInt64(group) * 32_768
        let count = Int(min(32_768, blockCount - first))
        return bitmap.clearBits(below: count).map { first + UInt64($0) }
    }

    func freeBlockCount(ofGroup group: Int) -> Int {
        let bitmap = block(descriptor(group).block(low: 0x0, high: 0x20))
        // What lies behind the image's end is marked as used.
        return bitmap.reduce(0) { $0 + 8 - $1.nonzeroBitCount }
    }

    func freeInodeCount(ofGroup group: Int) -> Int {
        let bitmap = block(descriptor(group).block(low: 0x4, high: 0x24))
        return bitmap.reduce(0) { $0 + 8 - $1.nonzeroBitCount }
    }

    func inode(_ number: UInt32) -> RawInode {
        let index = Int(number) - 1
        let descriptor = descriptor(index / inodesPerGroup)
        let table = descriptor.block(low: 0x8, high: 0x28)
        let offset = table * 4_096 + UInt64(index % inodesPerGroup) * 256
        return RawInode(number: number, bytes: bytes(at: offset, count: 256))
    }

    /// The extents of an inode and the blocks of its tree.
    func map(of inode: RawInode) -> (extents: [RawExtent], nodes: [UInt64]) {
        var extents: [RawExtent] = []
        var nodes: [UInt64] = []
        var pending = [Array(inode.bytes[40..<100])]
        while let node = pending.popLast() {
            let count = Int(node.u16(2))
            var below: [[UInt8]] = []
            for entry in stride(from: 12, to: 12 + count * 12, by: 12) {
                if node.u16(6) == 0 {
                    extents.append(
                        RawExtent(
                            fileBlock: UInt64(node.u32(entry)), count: UInt64(node.u16(entry + 4)),
                            imageBlock: UInt64(node.u16(entry + 6)) << 32
                                | UInt64(node.u32(entry + 8))))
                } else {
                    let child =
                        UInt64(node.u16(entry + 8)) << 32 | UInt64(node.u32(entry + 4))
                    nodes.append(child)
                    below.append(block(child))
                }
            }
            pending += below.reversed()
        }
        return (extents, nodes)
    }

    /// The blocks of a file in the order of the file, without holes.
    func blocks(of inode: RawInode) -> [UInt64] {
        map(of: inode).extents.flatMap { extent in
            (0..<extent.count).map { extent.imageBlock + $0 }
        }
    }

    /// The entries of one directory block.
    func entries(inBlock number: UInt64) -> [RawEntry] {
        let bytes = block(number)
        var entries: [RawEntry] = []
        var offset = 0
        while offset + 8 <= 4_096, bytes.u16(offset + 4) >= 8 {
            let length = Int(bytes.u16(offset + 4))
            let nameEnd = offset + 8 + Int(bytes[offset + 6])
            entries.append(
                RawEntry(
                    inode: bytes.u32(offset), length: length, type: bytes[offset + 7],
                    name: Array(bytes[offset + 8..<min(nameEnd, 4_096)]), offset: offset))
            offset += length
        }
        return entries
    }

    /// All names of a directory but `.` and `..`, in the order of its blocks.
    func names(in inode: RawInode) -> [RawEntry] {
        blocks(of: inode).flatMap { entries(inBlock: $0) }.filter {
            $0.inode != 0 && $0.name != [0x2E] && $0.name != [0x2E, 0x2E]
        }
    }

    /// The inode at a path.
    func lookUp(_ path: String) -> RawInode? {
        var found = inode(2)
        for part in path.split(separator: "/") {
            guard let entry = names(in: found).first(where: { $0.name == Array(part.utf8) }) else {
                return nil
            }
            found = inode(entry.inode)
        }
        return found
    }
}

struct RawExtent: Equatable {
    let fileBlock: UInt64
    let count: UInt64
    let imageBlock: UInt64
}

struct RawEntry: Equatable {
    let inode: UInt32
    let length: Int
    let type: UInt8
    let name: [UInt8]
    let offset: Int

    var text: String { String(decoding: name, as: UTF8.self) }
}

struct RawInode {
    let number: UInt32
    let bytes: [UInt8]

    var mode: UInt16 { bytes.u16(0) }
    var isFolder: Bool { mode & 0xF000 == 0x4000 }
    var uid: UInt32 { UInt32(bytes.u16(2)) | UInt32(bytes.u16(120)) << 16 }
    var gid: UInt32 { UInt32(bytes.u16(24)) | UInt32(bytes.u16(122)) << 16 }
    var size: UInt64 { UInt64(bytes.u32(4)) | UInt64(bytes.u32(108)) << 32 }
    var linkCount: UInt16 { bytes.u16(26) }
    var flags: UInt32 { bytes.u32(32) }
    var isHashed: Bool { flags & 0x1000 != 0 }
    var hasExtents: Bool { flags & 0x8_0000 != 0 }
    var generation: UInt32 { bytes.u32(100) }
    var attributeBlock: UInt64 { UInt64(bytes.u32(104)) | UInt64(bytes.u16(118)) << 32 }

    /// Seconds and the word beside them of atime, ctime, mtime and crtime.
    var times: [RawTime] {
        [(8, 140), (12, 132), (16, 136), (144, 148)].map {
            RawTime(seconds: bytes.u32($0), extra: bytes.u32($1))
        }
    }
}

struct RawTime: Equatable {
    let seconds: UInt32
    let extra: UInt32

    /// Seconds since 1970, with the two bits more that the extra word has.
    var value: Int64 { Int64(Int32(bitPattern: seconds)) + Int64(extra & 3) << 32 }
}

extension Array where Element == UInt8 {
    func u16(_ offset: Int) -> UInt16 { UInt16(self[offset]) | UInt16(self[offset + 1]) << 8 }

    func u32(_ offset: Int) -> UInt32 { UInt32(u16(offset)) | UInt32(u16(offset + 2)) << 16 }

    func block(low: Int, high: Int) -> UInt64 { UInt64(u32(low)) | UInt64(u32(high)) << 32 }

    /// The positions of the bits that are 0, among the first `count`.
    func clearBits(below count: Int) -> [Int] {
        var positions: [Int] = []
        for position in 0..<count {
            let byte = self[position / 8]
            let bit = UInt8(1) << UInt8(position % 8)
            if byte & bit == 0 { positions.append(position) }
        }
        return positions
    }
}
