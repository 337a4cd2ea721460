internal import CLinux
internal import Golden
internal import HostSystem
public import SourceTree
internal import SystemPackage

/// Turns sources into an image: surveys, scans, plans, writes, checks, names it.
public final class ImageBuilder {
    private let clock: PhaseClock

    public init(progress: BuildProgress = BuildProgress()) { clock = PhaseClock(progress) }

    /// Surveys the sources and makes one tree of them.
    ///
    /// - Throws: ``BuildError/source(_:)``.
    public func assemble(
        _ sources: SourceList, jobs: Int
    ) async throws(BuildError) -> SourceList.Assembly {
        let progress = clock.progress
        return try await clock.run(.survey) { () async throws(BuildError) in
            do throws(SourceError) {
                return try await sources.assemble(jobs: jobs) { progress.add(files: $0) }
            } catch {
                throw .source(error)
            }
        }
    }

    /// Reads the contents to find their holes, and plans the image. Writes nothing.
    public func plan(
        _ sources: SourceList.Assembly, _ options: ImageOptions, jobs: Int
    ) throws(BuildError) -> Plan {
        try ImageDraft(sources, options, jobs: jobs, clock).plan()
    }

    /// Plans and writes the image.
    ///
    /// - Throws: ``BuildError``; the output does not exist then, or is what it was before.
    public func build(
        _ sources: SourceList.Assembly, _ options: ImageOptions, _ request: BuildRequest
    ) throws(BuildError) -> BuildResult {
        if let golden = request.golden {
            try GoldenWriter.checkPlace(golden, output: request.output)
            try GoldenWriter.checkNames(of: sources.tree)
        }
        var written = try ImageDraft(sources, options, jobs: request.jobs, clock).write(request)
        let (plan, image) = (written.plan, written.image)
        let digests = try digests(of: &written, request, InputsDigest(sources, options))
        if request.check {
            // The hashes were let go of, in pieces too small for the C library to give them back by itself.
            if digests != nil { clinux_trim_memory() }
            try clock.run(.check) { () throws(BuildError) in
                try ImageInspection(plan, image).run(jobs: request.jobs)
            }
        }
        let finished = try compressed(written, request) ?? image
        try name(finished, digests?.golden)
        return BuildResult(
            plan: plan, root: digests?.root, sha256: digests?.sha256,
            outputByteCount: try finished.byteCount(), phases: clock.phases)
    }

    /// Gives image and golden their names, when there is nothing left that could fail for want of room.
    private func name(_ image: OutputFile, _ golden: StagedGolden?) throws(BuildError) {
        try Interruption.holdOff { () throws(BuildError) in
            // The golden first: if it fails, an older image is still what it was.
            let added: [FilePath]
            do throws(StoreError) { added = try golden?.commit() ?? [] } catch {
                throw .golden("\(error)")
            }
            do throws(BuildError) { try image.commit() } catch {
                for path in added { GoldenStore.discard(path) }
                throw error
            }
        }
    }

    /// What an image that was hashed while it was written comes to, and its golden, which has everything
    /// but its name. The hashes of all blocks are let go of: a check comes next, which takes memory itself.
    private func digests(
        of written: inout ImageDraft.Written, _ request: BuildRequest, _ inputs: InputsDigest
    ) throws(BuildError) -> (root: SHA256Digest, sha256: SHA256Digest?, golden: StagedGolden?)? {
        guard let hasher = written.takeHasher() else { return nil }
        let progress = clock.progress
        return try clock.run(.digest, totalBytes: hasher.remainingByteCount) {
            () throws(BuildError) in
            let digests = try hasher.finish { progress.add(bytes: $0) }
            guard let golden = request.golden, let known = digests.golden else {
                return (digests.image.root, digests.image.sha256, nil)
            }
            let writer = GoldenWriter(golden, written.plan)
            let recording = try writer.record(written.image, digests.image, known, inputs)
            return (digests.image.root, digests.image.sha256, try writer.stage(recording))
        }
    }

    private func compressed(
        _ written: ImageDraft.Written, _ request: BuildRequest
    ) throws(BuildError) -> OutputFile? {
        guard let level = request.compressionLevel else { return nil }
        let byteCount = written.plan.byteCount
        let output = try clock.run(.compress, totalBytes: byteCount) { () throws(BuildError) in
            let output = try OutputFile(request.output, byteCount: 0)
            try SeekableZstd(level: level, jobs: request.jobs, progress: clock.progress)
                .compress(written.image, byteCount: byteCount, to: output)
            return output
        }
        try clock.run(.sync) { () throws(BuildError) in try output.sync() }
        return output
    }
}
