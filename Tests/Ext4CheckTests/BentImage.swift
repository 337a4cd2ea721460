import Ext4Image
import Ext4Layout
import ImageBytes
import SystemPackage

/// An image in which directory entries are changed and put back, their checksums made to fit.
struct BentImage {
    private let path: FilePath
    private let image: Ext4Image
    private let original: [UInt8]

    init(_ path: FilePath) throws {
        self.path = path
        let mapped = try MappedImage(path: path)
        original = mapped.slice.copy()
        image = try Ext4Image(mapped)
    }

    /// A byte of the image as it was.
    subscript(_ offset: Int) -> UInt8 { original[offset] }

    /// Some entries of a directory, in the order of their blocks.
    func entries(_ directory: String, step: Int = 12) throws -> [Ext4Image.NamedEntry] {
        let number = try image.inode(atPath: Array(directory.utf8))
        let all = try image.entries(ofDirectory: number)
        return stride(from: 0, to: all.count, by: step).map { all[$0] }
    }

    /// Entries of a directory that follow each other in one block, with names of one length.
    func neighbours(
        _ directory: String
    ) throws -> [(Ext4Image.NamedEntry, Ext4Image.NamedEntry)] {
        let all = try entries(directory, step: 1)
        let blockSize = UInt64(self.blockSize)
        return zip(all, all.dropFirst()).filter { left, right in
            left.offset / blockSize == right.offset / blockSize
                && left.name.count == right.name.count
        }
    }

    /// The bytes to be changed for the last capital letter of two bytes to become a small one, or
    /// the other way round.
    func otherCase(_ entry: Ext4Image.NamedEntry) -> [(Int, UInt8)] {
        let letters = Array(String(decoding: entry.name, as: UTF8.self).unicodeScalars)
        guard let letter = letters.last(where: { $0.utf8.count == 2 }) else { return [] }
        let old = Array(String(letter).utf8)
        guard let place = entry.name.indices.last(where: { entry.name[$0...].starts(with: old) })
        else { return [] }
        for other in [letter.properties.uppercaseMapping, letter.properties.lowercaseMapping] {
            let new = Array(other.utf8)
            // One byte can be told: the other is the same.
            if new.count == 2, new != old, new[0] == old[0] {
                return [(Int(entry.offset) + 8 + place + 1, new[1])]
            }
        }
        return []
    }

    /// Changes bytes of one of a directory's blocks.
    func bend(_ offset: Int, _ changed: [UInt8], inDirectory directory: String) throws {
        let number = try image.inode(atPath: Array(directory.utf8))
        var bytes = original
        bytes.replaceSubrange(offset..<offset + changed.count, with: changed)
        ChecksumRepair(image: image)
            .run(.directory(block: UInt64(offset / blockSize), inode: number), &bytes)
        try write(bytes, blockOf: offset)
    }

    /// Puts back what was changed.
    func restore(_ offset: Int) throws { try write(original, blockOf: offset) }

    private var blockSize: Int { image.geometry.blockSize }

    private func write(_ bytes: [UInt8], blockOf offset: Int) throws {
        let start = offset / blockSize * blockSize
        let file = try FileDescriptor.open(path, .writeOnly)
        defer { try? file.close() }
        try file.writeAll(toAbsoluteOffset: Int64(start), bytes[start..<start + blockSize])
    }
}
