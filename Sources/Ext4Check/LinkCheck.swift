import Ext4Layout
import ImageBytes

/// Whether every inode in use is found by as many names as it says, and every directory lies in
/// exactly one other (e2fsck's passes 3 and 4).
struct LinkCheck {
    let volume: Volume
    let facts: DirectoryFacts
    let inodes: [InodeFact]
    /// How often each inode that holds an attribute's value is referred to.
    let valueReferences: [UInt32: UInt64]

    /// `EXT2_LINK_MAX`: more subdirectories than this are counted as 1.
    private static let mostLinks: UInt32 = 65000

    /// Checks everything, and returns the directory that each directory lies in.
    func run(_ results: [DirectoryResult], _ log: inout FindingLog) -> SparseTable<UInt32> {
        let limit = Int(volume.inodeCount) + 1
        var counts = SparseTable<UInt32>(limit: limit, empty: 0)
        var parents = SparseTable<UInt32>(limit: limit, empty: 0)
        var dotDots = SparseTable<UInt32>(limit: limit, empty: 0)
        for result in results {
            for target in result.targets { counts[target] &+= 1 }
            for child in result.children {
                let first = parents[child.directory]
                if first == 0 {
                    parents[child.directory] = child.parent
                } else {
                    log.add(
                        .directoryTwice, at: .inode(child.directory),
                        "lies in the directories \(first) and \(child.parent)")
                }
            }
            for child in result.parents { dotDots[child.directory] = child.parent }
        }
        checkRoot(&log)
        parents[InodeNumber.root] = InodeNumber.root
        for fact in inodes where fact.traits.contains(.directory) {
            checkParent(fact.number, parents, dotDots, &log)
        }
        checkCycles(parents, &log)
        for fact in inodes { checkCount(fact, counts[fact.number], &log) }
        return parents
    }

    private func checkRoot(_ log: inout FindingLog) {
        let traits = facts.traits[InodeNumber.root]
        if !traits.contains(.directory) {
            log.add(
                .rootDirectory, at: .inode(InodeNumber.root),
                traits.contains(.used)
                    ? "the root inode is no directory" : "there is no root directory")
        }
    }

    private func checkParent(
        _ number: UInt32, _ parents: SparseTable<UInt32>, _ dotDots: SparseTable<UInt32>,
        _ log: inout FindingLog
    ) {
        let parent = parents[number]
        if parent == 0 {
            log.add(
                .disconnected, at: .inode(number),
                "a directory in no other (its .. says \(dotDots[number]))")
        } else if dotDots[number] != parent {
            log.add(
                .parentEntry, at: .inode(number),
                "the entry .. says \(dotDots[number]), the directory lies in \(parent)")
        }
    }

    /// Directories that lead to no root because they lead to themselves.
    private func checkCycles(_ parents: SparseTable<UInt32>, _ log: inout FindingLog) {
        // 0: not looked at; otherwise the walk that came by.
        var walks = SparseTable<UInt32>(limit: Int(volume.inodeCount) + 1, empty: 0)
        walks[InodeNumber.root] = .max
        var walk: UInt32 = 0
        for fact in inodes where fact.traits.contains(.directory) {
            walk += 1
            var current = fact.number
            while current != 0, walks[current] == 0 {
                walks[current] = walk
                current = parents[current]
            }
            if current != 0, walks[current] == walk {
                log.add(
                    .directoryCycle, at: .inode(current),
                    "the directory lies in itself, by way of inode \(parents[current])")
            }
        }
    }

    private func isExempt(_ fact: InodeFact) -> Bool {
        let number = fact.number
        return number == InodeNumber.badBlocks
            || (number > InodeNumber.root && number < volume.firstInode)
            || number == volume.quotaInode(.project)
            || (volume.compatible.contains(.orphanFile) && number == volume.orphanFileInode)
            || fact.traits.contains(.imagic) || fact.traits.contains(.unreadable)
    }

    private func checkCount(
        _ fact: InodeFact, _ found: UInt32, _ log: inout FindingLog
    ) {
        guard !isExempt(fact) else { return }
        var found = found
        if fact.traits.contains(.holdsAttribute) { checkValueInode(fact, &found, &log) }
        if found == 0 {
            if !fact.traits.contains(.directory) || fact.number == InodeNumber.root {
                log.add(
                    .disconnected, at: .inode(fact.number),
                    "in use with \(fact.links) links, but no entry refers to it")
            }
            return
        }
        if fact.traits.contains(.directory), found > Self.mostLinks {
            if !volume.readOnly.contains(.directoryLinkOverflow) {
                log.add(
                    .linkCount, at: .inode(fact.number),
                    "has \(found) links, which needs the feature dir_nlink")
            }
            found = 1
        }
        guard found != UInt32(fact.links) else { return }
        // Once the count has gone over its limit, it stays 1.
        if fact.traits.contains([.directory, .indexed]), fact.links == 1 { return }
        log.add(
            .linkCount, at: .inode(fact.number, field: "i_links_count"),
            "is \(fact.links), but \(found) entries refer to it")
    }

    /// An inode that holds an attribute's value is in use without a name, and counts its uses
    /// elsewhere (`check_ea_inode`).
    private func checkValueInode(
        _ fact: InodeFact, _ found: inout UInt32, _ log: inout FindingLog
    ) {
        let used = valueReferences[fact.number] ?? 0
        guard used > 0, let offset = volume.offset(ofInode: fact.number) else { return }
        found = 1
        let image = volume.image
        let record = InodeRecord(
            image.slice, number: fact.number, offset: offset, inodeSize: volume.inodeSize)
        // Older writers kept the hash of the owner here instead of a count.
        guard record.changeTime != record.accessTime else { return }
        let stored = UInt64(record.changeTime) << 32 | UInt64(record.version)
        if stored != used {
            log.add(
                .xattrReferences, at: .inode(fact.number),
                "the attribute's inode says \(stored) references, there are \(used)")
        }
    }
}
