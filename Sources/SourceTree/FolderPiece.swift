internal import HostSystem
internal import SystemPackage

/// One folder, listed apart from the tree that it becomes a part of.
struct FolderPiece: Sendable {
    /// The folder is the root, and its entries are the root's children.
    let tree: SourceTree
    /// Entries, by their place in ``tree``, that may be other names of one file.
    let links: [FolderEntries.Link]

    /// Longer folders are not listed apart: for a while they would take their memory twice.
    static let entryLimit = 1_024

    /// Lists the folder `folder` of `host`.
    ///
    /// - Returns: nil where it is too long for that.
    /// - Throws: as ``FolderSurvey`` does.
    init?(
        of folder: UInt32, in host: borrowing SourceTree, _ handles: FolderHandles,
        _ listing: FolderListing
    ) throws(SourceError) {
        var tree = SourceTree()
        let descriptor = try handles.descriptor(of: folder, in: host)
        let names: [ByteRange]
        do throws(Errno) {
            names = try listing.names(in: descriptor, into: &tree)
        } catch {
            throw .file(FileError("list", host.hostPath(folder), error))
        }
        guard names.count <= Self.entryLimit else { return nil }
        do throws(EntryFailure) {
            links = try FolderEntries(descriptor: descriptor, folder: folder)
                .add(names, to: 0, of: &tree)
        } catch {
            throw error.located(in: host.hostPath(folder))
        }
        self.tree = tree
    }
}
