internal import HostSystem
internal import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Some folders, listed apart from the tree that they become a part of.
struct FolderPiece: Sendable {
    /// The root is none of the folders: their entries follow one another behind it.
    private(set) var tree = SourceTree()
    /// Nil for a folder that is too long to be listed apart.
    private(set) var folders: [Folder?] = []

    /// What one of the folders has in ``tree``.
    struct Folder {
        let nodes: Range<Int>
        let bytes: Range<Int>
        /// Entries, by their place in the tree, that may be other names of one file.
        let links: [FolderEntries.Link]
        /// Of the folder itself.
        let status: stat
    }

    /// So many folders are listed by a thread at a time.
    static let folderCount = 16
    /// Longer folders are not listed apart: for a while they would take their memory twice.
    static let entryLimit = 1_024

    /// Lists folders of `host`.
    ///
    /// - Throws: as ``FolderSurvey`` does.
    init(
        of folders: ArraySlice<UInt32>, in host: borrowing SourceTree, _ handles: FolderHandles,
        _ listing: FolderListing
    ) throws(SourceError) {
        self.folders.reserveCapacity(folders.count)
        for folder in folders {
            self.folders.append(try list(folder, of: host, handles, listing))
        }
    }

    private mutating func list(
        _ folder: UInt32, of host: borrowing SourceTree, _ handles: FolderHandles,
        _ listing: FolderListing
    ) throws(SourceError) -> Folder? {
        let start = tree.bytes.count
        let descriptor = try handles.descriptor(of: folder, in: host)
        let names: FolderNames
        let status: stat
        do throws(Errno) {
            status = try stat(of: descriptor)
            names = try listing.names(in: descriptor, into: &tree, limit: Self.entryLimit)
        } catch {
            throw .file(FileError("list", host.hostPath(folder), error))
        }
        guard names.areAll else {
            tree.forgetBytes(from: start)
            return nil
        }
        do throws(EntryFailure) {
            let links = try FolderEntries(descriptor: descriptor, folder: folder)
                .add(names, to: 0, of: &tree)
            return Folder(
                nodes: tree.nodes[0].children, bytes: start..<tree.bytes.count, links: links,
                status: status)
        } catch {
            throw error.located(in: host.hostPath(folder))
        }
    }
}
