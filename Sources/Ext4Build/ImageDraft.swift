internal import HostSystem
internal import SourceTree

/// An image on its way: its contents scanned, planned, copied.
///
/// Few files hold a block of zeros. Most are taken to have none, and are read only once, when they are
/// copied. Should one have some after all, the plan is made anew with what is known then, and what
/// lies in its final place already stays. The image does not depend on any of this.
struct ImageDraft {
    /// Smaller files are never scanned before they are copied.
    private static let scanLimit: UInt64 = 64 << 10

    private let sources: SourceList.Assembly
    private let order: FileOrder
    private let options: ImageOptions
    private let jobs: Int
    private let clock: PhaseClock

    init(_ sources: SourceList.Assembly, _ options: ImageOptions, jobs: Int, _ clock: PhaseClock) {
        self.sources = sources
        order = FileOrder(sources.tree)
        self.options = options
        self.jobs = jobs
        self.clock = clock
    }

    /// An image that has everything but a name.
    struct Written {
        let plan: Plan
        let image: OutputFile
        /// Has hashed all up to the last data, where that was asked for.
        fileprivate(set) var hasher: ImageHasher?

        /// Hands over the hasher, and what it keeps.
        mutating func takeHasher() -> ImageHasher? {
            defer { hasher = nil }
            return hasher
        }
    }

    /// Scans everything and plans.
    func plan() throws(BuildError) -> Plan {
        try plan(scan(sources.archives) { _ in true })
    }

    /// Plans, copies the data, and writes the metadata around it.
    ///
    /// - Throws: ``BuildError``, among it a full disk with what it lacks.
    func write(_ request: BuildRequest) throws(BuildError) -> Written {
        let isScanned = try scannedFirst(for: request)
        let data = try scan(sources.archives, isScanned)
        let attempt = try guess(data, isScanned)
        let image = try OutputFile(request.output, byteCount: attempt.byteCount)
        var written = Written(
            plan: attempt, image: image, hasher: hasher(attempt, image, request))
        do {
            try prepare(written)
            if let interruption = try copy(written, isSpeculative: true) {
                // What went into a message cannot be taken back: with hashes, all starts anew.
                written.hasher = nil
                written = try copyAgain(written, data, isScanned, interruption, request)
            }
            if written.hasher == nil { try writeMetadata(written) }
            // Some disks find out only now that they are full.
            if request.compressionLevel == nil {
                try clock.run(.sync) { () throws(BuildError) in try image.sync() }
            }
        } catch BuildError.diskFull(let folder, _) {
            let needed = written.plan.writtenBlocks * Geometry.blockSize
            let missing = needed - min(needed, image.storedBytes)
            throw request.compressionLevel == nil
                ? .diskFull(folder: folder, missing: missing)
                : .diskFullBeforeCompression(folder: folder, missing: missing)
        }
        return written
    }

    private func hasher(
        _ plan: Plan, _ image: OutputFile, _ request: BuildRequest
    ) -> ImageHasher? {
        request.wantsDigest
            ? ImageHasher(plan, image, isForGolden: request.golden != nil) : nil
    }

    /// Where an image is hashed while its data is copied, in its own order, what lies around the data
    /// must be there first.
    private func prepare(_ written: Written) throws(BuildError) {
        if written.hasher != nil { try writeMetadata(written) }
    }

    /// Which files are scanned before they are copied: those that the host has stored with holes, and
    /// all large ones where to copy anything twice costs more than to look at it first.
    private func scannedFirst(
        for request: BuildRequest
    ) throws(BuildError) -> (Int) -> Bool {
        // Where the image lies, not where a link to it does: the kernel's copy sees no zeros.
        let output = try OutputFile.destination(of: request.output)
        let scansAll = request.wantsDigest || OutputFile.sharesBlocks(at: output)
        return { [sources, order] file in
            let node = sources.tree.nodes[Int(order.nodes[file])]
            return node.size >= Self.scanLimit && (scansAll || node.mayHaveHoles)
        }
    }

    /// Plans by what is known. If that finds no room, holes that nobody has seen yet may make some.
    private func guess(_ data: DataMap, _ isScanned: (Int) -> Bool) throws(BuildError) -> Plan {
        do throws(BuildError) { return try plan(data) } catch {
            guard case .plan(let reason) = error, reason.isOfSize else { throw error }
            return try plan(data.completed(by: scan([]) { !isScanned($0) }))
        }
    }

    /// Scans what the copying had not come to when it met a hole, and copies by the plan that follows.
    private func copyAgain(
        _ attempt: Written, _ data: DataMap, _ isScanned: (Int) -> Bool, _ interruption: Int,
        _ request: BuildRequest
    ) throws(BuildError) -> Written {
        let rest = try scan([]) { $0 >= interruption && !isScanned($0) }
        let plan = try plan(data.completed(by: rest))
        let image = attempt.image
        let earlier =
            request.wantsDigest
            ? nil : EarlierCopy(attempt.plan, plan, interruption: interruption)
        try image.resize((earlier?.firstStale ?? 0) * Geometry.blockSize)
        try image.resize(plan.byteCount)
        let written = Written(
            plan: plan, image: image, hasher: hasher(plan, image, request))
        try prepare(written)
        _ = try copy(written, isSpeculative: false, after: earlier)
        return written
    }

    private func copy(
        _ written: Written, isSpeculative: Bool, after earlier: EarlierCopy? = nil
    ) throws(BuildError) -> Int? {
        let plan = written.plan
        let files = (0..<plan.fileCount).count { plan.holdsData($0) }
        let bytes = plan.usage.data * Geometry.blockSize
        let writer = DataWriter(
            plan: plan, output: written.image, hasher: written.hasher, progress: clock.progress,
            isSpeculative: isSpeculative)
        return try clock.run(.data, totalBytes: bytes, totalFiles: files) {
            () throws(BuildError) in try writer.write(jobs: jobs, after: earlier)
        }
    }

    private func writeMetadata(_ written: Written) throws(BuildError) {
        try clock.run(.metadata) { () throws(BuildError) in
            do throws(Ext2Error) {
                let filesystem = try Ext2Filesystem(
                    at: written.image.reopeningPath, for: written.plan)
                try MetadataWriter(written.plan, filesystem).write()
            } catch {
                throw error.isDiskFull
                    ? .diskFull(folder: written.image.escapedFolder, missing: 0) : .library(error)
            }
        }
    }

    private func scan(
        _ archives: [StoreArchive], _ isWanted: (Int) -> Bool
    ) throws(BuildError) -> DataMap {
        let wanted = order.nodes.indices.map(isWanted)
        let bytes = order.nodes.indices.reduce(0) { sum, file in
            wanted[file] ? sum &+ sources.tree.nodes[Int(order.nodes[file])].size : sum
        }
        let progress = clock.progress
        return try clock.run(.scan, totalBytes: bytes) { () throws(BuildError) in
            do throws(SourceError) {
                return try ContentScan(sources.tree, order, archives: archives)
                    .run(jobs: jobs, isWanted: { wanted[$0] }) { progress.add(bytes: $0) }
            } catch {
                throw .source(error)
            }
        }
    }

    private func plan(_ data: DataMap) throws(BuildError) -> Plan {
        try clock.run(.plan) { () throws(BuildError) in
            do throws(PlanError) {
                return try Planner(sources.tree, order, data, options).plan()
            } catch {
                throw .plan(error)
            }
        }
    }
}
