internal import Golden
internal import HostSystem
public import SourceTree

/// Turns a tree into an image: orders it, scans it, plans, writes, checks, names it.
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
        defer { phases.append((.survey, ContinuousClock.now - start)) }
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
        let tree = sources.tree
        let order = FileOrder(tree)
        let bytes = order.nodes.reduce(0) { $0 &+ tree.nodes[Int($1)].size }
        let progress = progress
        let data = try run(.scan, totalBytes: bytes) { () throws(BuildError) in
            do throws(SourceError) {
                return try ContentScan(tree, order, archives: sources.archives)
                    .run(jobs: jobs) { progress.add(bytes: $0) }
            } catch {
                throw .source(error)
            }
        }
        return try run(.plan) { () throws(BuildError) in
            do throws(PlanError) {
                return try Planner(tree, order, data, options).plan()
            } catch {
                throw .plan(error)
            }
        }
    }

    /// Writes the image of a plan.
    ///
    /// - Throws: ``BuildError``; the output does not exist then, or is what it was before.
    public func build(_ plan: Plan, _ request: BuildRequest) async throws(BuildError) -> BuildResult
    {
        let image = try OutputFile(request.output, byteCount: plan.byteCount)
        let leaves = try request.digest ? leaves(plan, request) : nil
        do {
            try writeMetadata(plan, to: image)
            try writeData(plan, to: image, leaves, jobs: request.jobs)
        } catch BuildError.diskFull(let folder, _) {
            let needed = plan.writtenBlocks * Geometry.blockSize
            throw .diskFull(folder: folder, missing: needed - min(needed, image.storedBytes))
        }
        let digest = try leaves.map { (leaves) throws(BuildError) in
            try self.digest(plan, image, leaves, jobs: request.jobs)
        }
        if request.check { try await check(image) }
        let finished = try request.compressionLevel.map { (level) throws(BuildError) in
            try compress(image, byteCount: plan.byteCount, level: level, request)
        }
        try run(.sync) { () throws(BuildError) in
            try (finished ?? image).sync()
            try (finished ?? image).commit()
        }
        return BuildResult(
            plan: plan, digest: digest, outputByteCount: try (finished ?? image).byteCount(),
            phases: phases)
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
        _ plan: Plan, to image: OutputFile, _ leaves: LeafHashes?, jobs: Int
    ) throws(BuildError) {
        let files = (0..<plan.fileCount).count { plan.holdsData($0) }
        let bytes = plan.usage.data * Geometry.blockSize
        try run(.data, totalBytes: bytes, totalFiles: files) { () throws(BuildError) in
            try DataWriter(plan: plan, output: image, leaves: leaves, progress: progress)
                .write(jobs: jobs)
        }
    }

    private func digest(
        _ plan: Plan, _ image: OutputFile, _ leaves: LeafHashes, jobs: Int
    ) throws(BuildError) -> ImageDigest {
        try run(.digest, totalBytes: plan.byteCount) { () throws(BuildError) in
            try MetadataHasher(plan, image, progress).record(into: leaves)
            return leaves.digest(jobs: jobs)
        }
    }

    /// Asks e2fsck, where there is one. It only reads (`-n`).
    private func check(_ image: OutputFile) async throws(BuildError) {
        progress.begin(.check)
        let start = ContinuousClock.now
        defer { phases.append((.check, ContinuousClock.now - start)) }
        let outcome: ChildProcess.Outcome
        do {
            outcome = try await ChildProcess("e2fsck", ["-fn", image.pathForOthers]).run()
        } catch {
            // Not installed: nothing to ask.
            return
        }
        guard outcome.status != 0 else { return }
        throw .rejected(
            String(decoding: outcome.standardOutput.suffix(4_096), as: UTF8.self)
                + String(decoding: outcome.standardError.suffix(4_096), as: UTF8.self))
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
        phases.append((phase, ContinuousClock.now - start))
        return result
    }
}
