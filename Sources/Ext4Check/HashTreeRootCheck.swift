import Ext4Layout

/// Whether a hash tree's root is one that can be read.
struct HashTreeRootCheck {
    let volume: Volume
    let record: InodeRecord

    /// Checks the root.
    func run(_ root: HashTreeRootInfo, _ result: inout InodeScanResult) {
        func add(_ message: String) {
            result.log.add(.hashTreeRoot, at: .inode(record.number, fileBlock: 0), message)
        }
        if root.reservedZero != 0 || root.infoLength < 8 {
            add("reserved_zero is \(root.reservedZero) and info_length \(root.infoLength)")
        }
        let isKeyed = root.hashVersion == 6
        if root.hashVersion > 2, !isKeyed { add("hash version \(root.hashVersion) does not exist") }
        let needsKey = record.flags.contains(.encrypted) && record.flags.contains(.caseFolded)
        if isKeyed != needsKey {
            add(
                needsKey
                    ? "needs the keyed hash, has version \(root.hashVersion)"
                    : "has the keyed hash without encryption and case folding")
        }
        if root.unusedFlags & 1 != 0 { add("an incompatible flag is set") }
        let hasLargeDirectories = volume.incompatible.contains(.largeDirectories)
        let most = hasLargeDirectories ? 3 : 2
        if root.indirectLevels > 3 || root.indirectLevels > most {
            add("the tree has \(root.indirectLevels) levels, \(most) are allowed")
        }
        if root.indirectLevels > 2 || record.size >= 1 << 31 { result.hasLargeDirectory = true }
    }
}
