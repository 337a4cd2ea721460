/// The names in one folder of this machine.
struct FolderNames {
    /// In the tree's pool, in any order.
    private(set) var all: [ByteRange] = []
    /// Of each name, whether it is known to be a folder's. Some file systems do not tell.
    private(set) var areFolders: [Bool] = []
    /// Whether the folder has no more.
    var areAll = false

    mutating func append(_ name: ByteRange, isFolder: Bool) {
        all.append(name)
        areFolders.append(isFolder)
    }
}
