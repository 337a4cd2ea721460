import Ext4Layout
import HostSystem
import ImageBytes

/// Looks for bytes that carry no meaning and are not zero.
struct ResidueLint: Sendable {
    let session: CheckSession
    private let data: DataRanges

    /// Few, since where a file's last page is not zero, the system maps 16 pages around it, which are
    /// given back after every part.
    private static let inodesPerPart = 256

    init(session: CheckSession) {
        self.session = session
        data = DataRanges(session.volume.image)
    }

    private var volume: Volume { session.volume }

    /// Looks everywhere.
    func run(_ log: inout FindingLog) {
        var total = ResidueTally()
        checkEnds(&total)
        for group in volume.groups.indices { checkCopies(group, &total) }
        let groups = ThreadTeam.map(count: volume.groups.count, workers: session.jobs) { group in
            var tally = ResidueTally()
            checkTable(group, &tally)
            checkFree(group, &tally)
            return tally
        }
        for tally in groups { total.add(tally) }
        let inodes = session.inodes
        let parts = (inodes.count + Self.inodesPerPart - 1) / Self.inodesPerPart
        let results = ThreadTeam.map(count: parts, workers: session.jobs) { part in
            var tally = ResidueTally()
            let start = part * Self.inodesPerPart
            let check = InodeResidue(volume: volume, data: data)
            var touched: Range<Int>?
            for fact in inodes[start..<min(start + Self.inodesPerPart, inodes.count)] {
                check.run(fact, &touched, &tally)
            }
            if let touched { volume.image.release(touched) }
            return tally
        }
        for tally in results { total.add(tally) }
        // The tables, which all parts have looked at.
        volume.image.releaseAll()
        let directories = session.directories
        let directoryParts = ThreadTeam.map(
            count: (directories.count + 255) / 256, workers: session.jobs
        ) { part in
            var tally = ResidueTally()
            var touched = TouchedWindows(volume)
            for work in directories[part * 256..<min(part * 256 + 256, directories.count)] {
                DirectoryResidue(session: session).run(work, &tally)
                touched.add(work, session.runs)
            }
            touched.release()
            return tally
        }
        for tally in directoryParts { total.add(tally) }
        total.report(&log)
    }

    /// Before the superblock, and behind the last block.
    private func checkEnds(_ tally: inout ResidueTally) {
        let image = volume.image
        let disk = image.slice
        tally.add(.bootBlock, disk, 0..<1024) { .block(0, offset: $0) }
        let end = volume.endBlock.multipliedReportingOverflow(by: UInt64(volume.blockSize))
        guard !end.overflow, end.partialValue < UInt64(disk.count) else { return }
        data.sweep(.pastEnd, volume, Int(end.partialValue)..<disk.count, &tally)
    }

    /// Behind a copy of the superblock and of the descriptors.
    private func checkCopies(_ group: Int, _ tally: inout ResidueTally) {
        let image = volume.image
        let disk = image.slice
        let reserved = DescriptorPlaces(volume.superblock, volume.geometry)
            .reservedBlocks(ofGroup: group)
        if let block = reserved.superblock, let start = volume.offset(ofBlock: block) {
            let used = block == 0 ? 2048 : 1024
            if used < volume.blockSize {
                tally.add(.superblockGap, disk, start + used..<start + volume.blockSize) {
                    .block(block, offset: $0 - start)
                }
            }
        }
        // The last block of the table is the only one that is not full.
        let left = volume.groups.count % volume.geometry.descriptorsPerBlock
        guard left > 0, reserved.descriptors.count == volume.geometry.descriptorBlocks,
            let block = reserved.descriptors.last, let start = volume.offset(ofBlock: block)
        else { return }
        let used = left * volume.geometry.descriptorSize
        tally.add(.descriptorGap, disk, start + used..<start + volume.blockSize) {
            .block(block, offset: $0 - start)
        }
    }

    /// Inodes that are not in use, whether they were ever or not.
    private func checkTable(_ group: Int, _ tally: inout ResidueTally) {
        let image = volume.image
        let disk = image.slice
        let count = Int(volume.geometry.inodesPerGroup)
        let first = volume.geometry.inodeNumber(group: group, index: 0)
        guard let start = volume.offset(ofBlock: volume.groups[group].inodeTable) else { return }
        let size = volume.inodeSize
        let whole = start..<min(start + count * size, disk.count)
        defer { volume.image.release(whole) }
        // A piece may end inside an inode, which is looked at once.
        var next = 0
        data.forEach(in: whole) { part in
            let from = max(next, (part.lowerBound - start) / size)
            let to = (part.upperBound - start + size - 1) / size
            next = max(from, to)
            for index in from..<next {
                let number = UInt32(truncatingIfNeeded: first + UInt64(index))
                guard !session.facts.traits[number].contains(.used) else { continue }
                let place = start + index * size
                guard place + size <= disk.count else { return }
                tally.add(.unusedInode, disk, place..<place + size) {
                    .inode(number, offset: $0 - place)
                }
            }
        }
    }

    private func checkFree(_ group: Int, _ tally: inout ResidueTally) {
        var run: Range<UInt64>?
        func flush(_ tally: inout ResidueTally) {
            guard let blocks = run else { return }
            let size = UInt64(volume.blockSize)
            let start = Int(clamping: blocks.lowerBound &* size)
            let end = min(Int(clamping: blocks.upperBound &* size), volume.image.count)
            guard start < end else { return }
            data.sweep(.freeBlock, volume, start..<end, &tally)
        }
        let blocks = volume.geometry.blocks(ofGroup: group)
        for cluster in volume.clusters(blocks) where !session.clusters.contains(cluster) {
            let next = cluster << volume.clusterBits..<(cluster + 1) << volume.clusterBits
            if let last = run, last.upperBound == next.lowerBound {
                run = last.lowerBound..<next.upperBound
            } else {
                flush(&tally)
                run = next
            }
        }
        flush(&tally)
    }
}
