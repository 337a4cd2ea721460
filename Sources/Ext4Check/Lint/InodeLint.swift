import Ext4Layout
import HostSystem
import ImageBytes

/// Times and generation numbers of inodes that a clock or chance has left.
struct InodeLint: Sendable {
    let session: CheckSession
    let epoch: Int64

    private static let inodesPerPart = 8192

    /// The times of an inode.
    private static let times: [(low: Field<UInt32>, extra: Field<UInt32>)] = [
        (Inode.Fields.accessTime, Inode.Fields.accessTimeExtra),
        (Inode.Fields.changeTime, Inode.Fields.changeTimeExtra),
        (Inode.Fields.modificationTime, Inode.Fields.modificationTimeExtra),
        (Inode.Fields.creationTime, Inode.Fields.creationTimeExtra),
    ]
    private static let modification = 2
    private static let creation = 3

    /// How often something was found, and where first.
    private struct Count: Sendable {
        var count = 0
        var inode: UInt32 = 0
        var value: Int64 = 0

        mutating func add(_ inode: UInt32, _ value: Int64) {
            if count == 0 { (self.inode, self.value) = (inode, value) }
            count += 1
        }

        mutating func add(_ other: Count) {
            if count == 0 { (inode, value) = (other.inode, other.value) }
            count += other.count
        }
    }

    private struct Counts: Sendable {
        var seconds = [Count](repeating: Count(), count: 4)
        var nanoseconds = Count()
        var generations = Count()
    }

    /// Looks at every inode in use.
    func run(_ log: inout FindingLog) {
        let inodes = session.inodes
        let parts = (inodes.count + Self.inodesPerPart - 1) / Self.inodesPerPart
        let results = ThreadTeam.map(count: parts, workers: session.jobs) { part in
            var counts = Counts()
            let image = session.volume.image
            let disk = image.slice
            let start = part * Self.inodesPerPart
            let facts = inodes[start..<min(start + Self.inodesPerPart, inodes.count)]
            for fact in facts { count(disk, fact.number, &counts) }
            release(facts)
            return counts
        }
        var total = Counts()
        for counts in results {
            for index in total.seconds.indices { total.seconds[index].add(counts.seconds[index]) }
            total.nanoseconds.add(counts.nanoseconds)
            total.generations.add(counts.generations)
        }
        report(total, &log)
    }

    private func count(_ disk: ImageSlice, _ number: UInt32, _ counts: inout Counts) {
        let volume = session.volume
        guard let offset = volume.offset(ofInode: number) else { return }
        let extraSize =
            volume.inodeSize > 128 ? Int(disk[Inode.Fields.extraSize, from: offset]) : 0
        // Inodes that hold an attribute's value keep other things where times are.
        let flags = InodeFlags(rawValue: disk[Inode.Fields.flags, from: offset])
        guard !flags.contains(.xattrInode) else { return }
        for (index, time) in Self.times.enumerated() {
            let hasExtra = time.extra.offset + 4 <= 128 + extraSize
            if index == Self.creation, !hasExtra { continue }
            let stamp = Timestamp(
                disk[time.low, from: offset], extra: hasExtra ? disk[time.extra, from: offset] : 0)
            // A file may be older than the image, and then says so every time.
            let isOlder = index == Self.modification && stamp.seconds < epoch
            if stamp.seconds != epoch, stamp.seconds != 0, !isOlder {
                counts.seconds[index].add(number, stamp.seconds)
            } else if stamp.nanoseconds != 0 {
                counts.nanoseconds.add(number, Int64(stamp.nanoseconds))
            }
        }
        let generation = disk[Inode.Fields.generation, from: offset]
        if generation != 0 { counts.generations.add(number, Int64(generation)) }
    }

    /// Lets go of what lies between the first and the last of some inodes: what is mapped counts as our memory.
    private func release(_ facts: ArraySlice<InodeFact>) {
        let volume = session.volume
        guard let first = facts.first.flatMap({ volume.offset(ofInode: $0.number) }),
            let last = facts.last.flatMap({ volume.offset(ofInode: $0.number) }), first < last
        else { return }
        volume.image.release(first..<last + volume.inodeSize)
    }

    private func report(_ total: Counts, _ log: inout FindingLog) {
        for (index, time) in Self.times.enumerated() where total.seconds[index].count > 0 {
            let count = total.seconds[index]
            log.add(
                .lintTime, at: .inode(count.inode, field: "\(time.low.name)"),
                "is \(count.value), the epoch is \(epoch)" + others(count))
        }
        if total.nanoseconds.count > 0 {
            let count = total.nanoseconds
            log.add(
                .lintTime, at: .inode(count.inode),
                "has a time with \(count.value) nanoseconds" + others(count))
        }
        if total.generations.count > 0 {
            let count = total.generations
            log.add(
                .lintGeneration, at: .inode(count.inode, field: "i_generation"),
                "is \(count.value)" + others(count))
        }
    }

    private func others(_ count: Count) -> String {
        count.count > 1 ? "; \(count.count) inodes have such a one" : ""
    }
}
