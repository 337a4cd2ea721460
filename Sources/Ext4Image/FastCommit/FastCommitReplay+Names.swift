internal import Ext4Layout
internal import ImageBytes

extension FastCommitReplay {
    /// Gives a new inode its name, and a new directory its place (`ext4_fc_replay_create`).
    ///
    /// The kernel counts no links of new directories, which e2fsck then does; here they are counted.
    mutating func create(_ name: FastCommitName) throws(FormatError) {
        guard try isUsable(name.inode) else {
            throw failure("names an inode that is not in use (inode, inodes)", name.inode)
        }
        guard try loadDirectory(name.parent) else { return }
        let isDirectory = inodes[name.inode]?.kind == .directory
        if isDirectory { try makeDirectory(name.inode, in: name.parent) }
        let isNew = insert(name)
        inodes[name.inode]?[Inode.Fields.linksCount] = isDirectory ? 2 : 1
        if isDirectory, isNew { addLinks(1, to: name.parent) }
    }

    /// Gives an inode one more name, unless there is such a name (`ext4_fc_replay_link`).
    mutating func link(_ name: FastCommitName) throws(FormatError) {
        guard try isUsable(name.inode), try loadDirectory(name.parent) else { return }
        if insert(name) { addLinks(1, to: name.inode) }
    }

    /// Takes a name away, and the inode with its last one (`__ext4_unlink`).
    mutating func unlink(_ name: FastCommitName) throws(FormatError) {
        guard try isUsable(name.inode), try loadDirectory(name.parent),
            let found = directories[name.parent]?.inode(of: name.name)
        else { return }
        if found == name.inode { directories[name.parent]?.remove(name.name) }
        if inodes[name.inode]?.kind == .directory {
            guard found == name.inode else { return }
            addLinks(-1, to: name.parent)
            directories[name.inode] = nil
            try free(name.inode)
        } else {
            // A name that leads elsewhere by now was given to another one: the link is gone too.
            addLinks(-1, to: name.inode)
            if inodes[name.inode]?.linksCount == 0 { try free(name.inode) }
        }
    }

    /// Adds a name; false where there is such a one.
    private mutating func insert(_ name: FastCommitName) -> Bool {
        guard directories[name.parent]?.inode(of: name.name) == nil else { return false }
        let hasTypes = image.superblock.incompatible.contains(.fileType)
        let type = hasTypes ? inodes[name.inode]?.kind?.directoryEntryType ?? 0 : 0
        directories[name.parent]?.insert(
            .init(name: name.name, inode: name.inode, fileType: type))
        return true
    }

    /// Changes an inode's number of links. A directory that has too many to count has 1
    /// (`ext4_inc_count`).
    private mutating func addLinks(_ change: Int, to number: UInt32) {
        guard let inode = inodes[number] else { return }
        if inode.kind == .directory, inode.linksCount == 1 { return }
        let count = max(0, Int(inode.linksCount) + change)
        inodes[number]?[Inode.Fields.linksCount] =
            inode.kind == .directory && count >= 65000 ? 1 : UInt16(clamping: count)
    }

    private mutating func free(_ number: UInt32) throws(FormatError) {
        if inodes[number]?.hasExtents == true { try loadMap(number) }
        inodes[number]?.free()
    }

    /// Makes a directory without names (`ext4_init_new_dir`); its block follows when it is written.
    private mutating func makeDirectory(
        _ number: UInt32, in parent: UInt32
    ) throws(FormatError) {
        try checkForm(ofDirectory: number)
        try loadMap(number)
        inodes[number]?.map = EditedMap()
        directories[number] = EditedDirectory(
            parent: parent, isNew: true, foldsCase: foldsCase(number))
    }

    private func checkForm(ofDirectory number: UInt32) throws(FormatError) {
        guard let inode = inodes[number], inode.hasExtents else {
            throw failure("changes a directory that is not found by extents (inode)", number)
        }
        if inode.flags.contains([.encrypted, .caseFolded]) {
            throw failure("changes a directory with hashes of encrypted names (inode)", number)
        }
    }

    /// Whether names of a directory are the same that differ in case. Encrypted ones never are.
    private func foldsCase(_ number: UInt32) -> Bool {
        image.superblock.incompatible.contains(.caseFolding)
            && inodes[number]?.flags.contains(.caseFolded) == true
    }

    /// Takes a directory's names in hand; false where there is no such directory.
    private mutating func loadDirectory(_ number: UInt32) throws(FormatError) -> Bool {
        if directories[number] != nil { return true }
        guard try isUsable(number), inodes[number]?.kind == .directory else { return false }
        try checkForm(ofDirectory: number)
        try loadMap(number)
        guard let inode = inodes[number], let map = inode.map else { return false }
        let image = image
        let size = UInt64(image.geometry.blockSize)
        var directory = EditedDirectory(
            parent: number, isNew: false, foldsCase: foldsCase(number))
        var next: UInt64 = 0
        for run in map.runs {
            guard run.logical == next, !run.isUnwritten else {
                throw failure("changes a directory with a hole (inode)", number)
            }
            next = run.logicalEnd
            for physical in run.blocks {
                guard let block = image.block(physical) else {
                    throw failure("changes a directory that cannot be read (inode)", number)
                }
                // Names take several times their bytes here.
                try budget.spend(steps: 1, bytes: block.count * 8)
                try budget.spend(steps: directory.read(block))
            }
        }
        guard next > 0, inode.size == next &* size else {
            throw failure(
                "changes a directory whose size is not that of its blocks (inode)", number)
        }
        directories[number] = directory
        return true
    }
}
