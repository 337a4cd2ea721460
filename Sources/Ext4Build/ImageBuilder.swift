internal import Golden
internal import HostSystem
public import SourceTree

/// Turns sources into an image: surveys, scans, plans, writes, checks, names it.
public final class ImageBuilder {
    private let progress: BuildProgress
    private var phases: [(phase: BuildProgress.Phase, duration: Duration)] = []

    public init(progress: BuildProgress = BuildProgress()) { self.progress = progress }

    /// Surveys the sources and makes one tree of them.
    public func assemble(
        _ sources: SourceList, jobs: Int
    ) async throws(BuildError) -> SourceList.Assembly {
        progress.begin(.survey)
        let start = ContinuousClock.now
        defer { note(.survey, since: start) }
        do throws(SourceError) {
            return try await sources.assemble(jobs: jobs)
        } catch {
            throw .source(error)
        }
    }

    /// Reads the contents to find their holes, and plans the image. Writes nothing.
    public func plan(
        _ sources: SourceList.Assembly, _ options: ImageOptions, jobs: Int
    ) throws(BuildError) -> Plan {
        let order = FileOrder(sources.tree)
        let data = try scan(sources, order, sources.archives, jobs: jobs) { _ in true }
        return try plan(sources, order, data, options)
    }

    /// Plans and writes the image.
    ///
    /// - Throws: ``BuildError``; the output does not exist then, or is what it was before.
    public func build(
        _ sources: SourceList.Assembly, _ options: ImageOptions, _ request: BuildRequest
    ) throws(BuildError) -> BuildResult {
        if let golden = request.golden { try GoldenWriter.checkPlace(golden) }
        let written = try write(sources, options, request)
        let (plan, image) = (written.plan, written.image)
        var digest: ImageDigest?
        var recording: Recording?
        if let leaves = written.leaves {
            let hasher = ImageHasher(plan, image, leaves, progress)
            let found = try run(.digest, totalBytes: plan.byteCount) { () throws(BuildError) in
                try hasher.digest(jobs: request.jobs)
            }
            digest = found
            recording = try request.golden.map { (golden) throws(BuildError) in
                try run(.digest) { () throws(BuildError) in
                    try GoldenWriter(golden, plan)
                        .record(image, found, leaves, jobs: request.jobs)
                }
            }
        }
        if request.check {
            try run(.check) { () throws(BuildError) in
                try ImageInspection(plan, image).run(jobs: request.jobs)
            }
        }
        let finished = try request.compressionLevel.map { (level) throws(BuildError) in
            try compress(image, byteCount: plan.byteCount, level: level, request)
        }
        if let finished { try sync(finished) }
        try (finished ?? image).commit()
        if let golden = request.golden, let recording {
            try GoldenWriter(golden, plan).write(recording)
        }
        return BuildResult(
            plan: plan, digest: digest, outputByteCount: try (finished ?? image).byteCount(),
            phases: phases)
    }

    /// An image that has everything but a name.
    private struct Written {
        let plan: Plan
        let image: OutputFile
        let leaves: LeafHashes?
    }

    /// Small files seldom hold a block of zeros. Below this size they are taken to have none, and are
    /// read only once, when they are copied; should one have some after all, the plan is made anew
    /// with what is known then, and what lies in its final place already stays. The image does not
    /// depend on any of this.
    private static let speculationLimit: UInt64 = 64 << 10

    private func write(
        _ sources: SourceList.Assembly, _ options: ImageOptions, _ request: BuildRequest
    ) throws(BuildError) -> Written {
        let order = FileOrder(sources.tree)
        // The hash of a block that was misplaced would have to be taken back: no guesses then.
        let limit = request.wantsDigest ? 0 : Self.speculationLimit
        let tree = sources.tree
        let isScanned: @Sendable (Int) -> Bool = { file in
            tree.nodes[Int(order.nodes[file])].size >= limit
        }
        var data = try scan(
            sources, order, sources.archives, jobs: request.jobs, isWanted: isScanned)
        var plan = try plan(sources, order, data, options)
        let image = try OutputFile(request.output, byteCount: plan.byteCount)
        let leaves = try request.wantsDigest ? leaves(plan, request) : nil
        do {
            let interruption = try writeData(
                plan, to: image, leaves, jobs: request.jobs, isSpeculative: limit > 0)
            if let interruption {
                let rest = try scan(sources, order, [], jobs: request.jobs) { file in
                    file >= interruption && !isScanned(file)
                }
                data = data.completed(by: rest)
                let attempt = plan
                plan = try self.plan(sources, order, data, options)
                let earlier = EarlierCopy(attempt, plan, interruption: interruption)
                try earlier.prepare(image)
                _ = try writeData(
                    plan, to: image, leaves, jobs: request.jobs, isSpeculative: false, earlier)
            }
            try writeMetadata(plan, to: image)
            // Some disks find out only now that they are full.
            if request.compressionLevel == nil { try sync(image) }
        } catch BuildError.diskFull(let folder, _) {
            let needed = plan.writtenBlocks * Geometry.blockSize
            let missing = needed - min(needed, image.storedBytes)
            throw request.compressionLevel == nil
                ? .diskFull(folder: folder, missing: missing)
                : .diskFullBeforeCompression(folder: folder, missing: missing)
        }
        return Written(plan: plan, image: image, leaves: leaves)
    }

    private func scan(
        _ sources: SourceList.Assembly, _ order: FileOrder, _ archives: [StoreArchive], jobs: Int,
        isWanted: @escaping @Sendable (Int) -> Bool
    ) throws(BuildError) -> DataMap {
        let tree = sources.tree
        let bytes = order.nodes.indices.reduce(0) { sum, file in
            isWanted(file) ? sum &+ tree.nodes[Int(order.nodes[file])].size : sum
        }
        let progress = progress
        return try run(.scan, totalBytes: bytes) { () throws(BuildError) in
            do throws(SourceError) {
                return try ContentScan(tree, order, archives: archives)
                    .run(jobs: jobs, isWanted: isWanted) { progress.add(bytes: $0) }
            } catch {
                throw .source(error)
            }
        }
    }

    private func plan(
        _ sources: SourceList.Assembly, _ order: FileOrder, _ data: DataMap,
        _ options: ImageOptions
    ) throws(BuildError) -> Plan {
        try run(.plan) { () throws(BuildError) in
            do throws(PlanError) {
                return try Planner(sources.tree, order, data, options).plan()
            } catch {
                throw .plan(error)
            }
        }
    }

    private func sync(_ output: OutputFile) throws(BuildError) {
        try run(.sync) { () throws(BuildError) in try output.sync() }
    }

    private func leaves(_ plan: Plan, _ request: BuildRequest) throws(BuildError) -> LeafHashes {
        do {
            return try LeafHashes(path: request.output, byteCount: plan.byteCount)
        } catch {
            throw .rejected("\(error)")
        }
    }

    private func writeMetadata(_ plan: Plan, to image: OutputFile) throws(BuildError) {
        try run(.metadata) { () throws(BuildError) in
            do throws(Ext2Error) {
                let filesystem = try Ext2Filesystem(at: image.reopeningPath, for: plan)
                try MetadataWriter(plan, filesystem).write()
            } catch {
                throw error.isDiskFull
                    ? .diskFull(folder: image.escapedFolder, missing: 0) : .library(error)
            }
        }
    }

    private func writeData(
        _ plan: Plan, to image: OutputFile, _ leaves: LeafHashes?, jobs: Int, isSpeculative: Bool,
        _ earlier: EarlierCopy? = nil
    ) throws(BuildError) -> Int? {
        let files = (0..<plan.fileCount).count { plan.holdsData($0) }
        let bytes = plan.usage.data * Geometry.blockSize
        let writer = DataWriter(
            plan: plan, output: image, leaves: leaves, progress: progress,
            isSpeculative: isSpeculative)
        return try run(.data, totalBytes: bytes, totalFiles: files) { () throws(BuildError) in
            try writer.write(jobs: jobs, after: earlier)
        }
    }

    private func compress(
        _ image: OutputFile, byteCount: UInt64, level: Int, _ request: BuildRequest
    ) throws(BuildError) -> OutputFile {
        try run(.compress, totalBytes: byteCount) { () throws(BuildError) in
            let output = try OutputFile(request.output, byteCount: 0)
            try SeekableZstd(level: level, jobs: request.jobs, progress: progress)
                .compress(image, byteCount: byteCount, to: output)
            return output
        }
    }

    private func run<Result>(
        _ phase: BuildProgress.Phase, totalBytes: UInt64 = 0, totalFiles: Int = 0,
        _ body: () throws(BuildError) -> Result
    ) throws(BuildError) -> Result {
        progress.begin(phase, totalBytes: totalBytes, totalFiles: totalFiles)
        let start = ContinuousClock.now
        let result = try body()
        note(phase, since: start)
        return result
    }

    /// A phase that runs twice is listed once, with the sum.
    private func note(_ phase: BuildProgress.Phase, since start: ContinuousClock.Instant) {
        let duration = ContinuousClock.now - start
        if let index = phases.firstIndex(where: { $0.phase == phase }) {
            phases[index].duration += duration
        } else {
            phases.append((phase, duration))
        }
    }
}
