internal import Ext4Layout
internal import HostSystem
public import ImageBytes

extension Ext4Image {
    /// Why a path leads nowhere.
    public enum PathError: Error, Equatable, Sendable, CustomStringConvertible {
        /// A directory cannot be read.
        case format(FormatError)
        /// A directory has no such name.
        case absent(name: [UInt8], directory: UInt32)
        /// A name before the last leads to no directory.
        case notDirectory(name: [UInt8], inode: UInt32)

        public var description: String {
            switch self {
            case .format(let error): error.description
            case .absent(let name, let directory):
                "directory \(directory) has no name \(EscapedName(name))"
            case .notDirectory(let name, let inode):
                "\(EscapedName(name)) is no directory (inode \(inode))"
            }
        }
    }

    /// The inode that a path leads to. Symlinks are not followed: they lead out of the image. In a
    /// directory that folds case, a name is also found by another that is the same when folded. `..`
    /// leads back to where the path came from, and from the root to the root.
    ///
    /// - Throws: ``PathError`` at the first name that leads nowhere.
    public func inode(atPath path: [UInt8]) throws(PathError) -> UInt32 {
        var number = InodeNumber.root
        var last: [UInt8] = [0x2F]
        var trail: [UInt32] = []
        for name in path.split(separator: 0x2F) where name != [0x2E] {
            guard let inode = inode(number), inode.kind == .directory else {
                throw .notDirectory(name: last, inode: number)
            }
            if name.elementsEqual([0x2E, 0x2E]) {
                number = trail.popLast() ?? InodeNumber.root
                last = [0x2E, 0x2E]
                continue
            }
            let entries: [NamedEntry]
            do throws(FormatError) { entries = try self.entries(ofDirectory: number) } catch {
                throw .format(error)
            }
            let isExact = { (entry: NamedEntry) in entry.name.elementsEqual(name) }
            guard
                let entry = entries.first(where: isExact)
                    ?? folded(Array(name), in: entries, of: inode)
            else {
                throw .absent(name: Array(name), directory: number)
            }
            trail.append(number)
            number = entry.inode
            last = Array(name)
        }
        return number
    }

    /// The entry that a name leads to in a directory that folds case. Encrypted names are not here
    /// to be folded.
    private func folded(
        _ name: [UInt8], in entries: [NamedEntry], of directory: borrowing Inode
    ) -> NamedEntry? {
        guard superblock.incompatible.contains(.caseFolding),
            directory.flags.contains(.caseFolded), !directory.flags.contains(.encrypted)
        else { return nil }
        let folded = FoldedName(name)
        return entries.first { FoldedName($0.name) == folded }
    }
}
