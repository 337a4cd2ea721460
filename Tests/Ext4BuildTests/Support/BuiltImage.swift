import HostSystem
import SystemPackage
import TestKit
import Testing

@testable import Ext4Build
@testable import SourceTree

/// A finished image in a folder of its own, with the plan that it was made from.
struct BuiltImage {
    let folder: ScratchFolder
    let plan: Plan
    let raw: RawImage

    var path: FilePath { folder["image"] }
    var tree: SourceTree { plan.tree }

    /// Builds a tree, and expects of the image what every image must be: clean and as planned.
    static func make(
        _ tree: SourceTree, _ options: ImageOptions = .small, in scratch: ScratchFolder? = nil,
        location: SourceLocation = #_sourceLocation
    ) async throws -> BuiltImage {
        let folder = try scratch ?? ScratchFolder()
        let builder = ImageBuilder()
        let assembly = try assembly(tree)
        let plan = try builder.plan(assembly, options, jobs: 2)
        var request = BuildRequest(output: folder["image"])
        request.jobs = 2
        request.check = false
        _ = try builder.build(assembly, options, request)
        let image = BuiltImage(folder: folder, plan: plan, raw: try RawImage(folder["image"]))
        try await image.expectClean(location)
        try await image.expectPlanned(location)
        image.expectHoles(location)
        return image
    }

    static func make(
        _ children: [Sketch], _ options: ImageOptions = .small,
        location: SourceLocation = #_sourceLocation
    ) async throws -> BuiltImage {
        try await make(SourceTree(children), options, location: location)
    }

    /// The tree as a build would plan it: with lost+found.
    static func assembly(_ tree: SourceTree) throws -> SourceList.Assembly {
        var layers = Layers()
        layers.add(tree, "the sketch", asRoot: true)
        return SourceList.Assembly(
            list: SourceList(), tree: try layers.merged(), archives: [], scratch: [])
    }

    static func plan(_ tree: SourceTree, _ options: ImageOptions) throws -> Plan {
        try ImageBuilder().plan(assembly(tree), options, jobs: 2)
    }

    /// What `e2fsck -fn` prints beside the names of its passes and its summary. Its exit status is 0
    /// for some broken images, so the lines are what counts.
    static func problems(in image: FilePath) async throws -> [String] {
        // Late enough for every epoch, in the 32 bits that 1.47.0 reads and in the 40 of later ones.
        let outcome = try await Shell.attempt("E2FSCK_TIME=17179869183 e2fsck -fn '\(image)' 2>&1")
        let text = String(decoding: outcome.standardOutput, as: UTF8.self)
        let problems = text.split(separator: "\n").map(String.init).filter { line in
            !line.hasPrefix("Pass ") && !line.hasPrefix("e2fsck 1.")
                && !(line.contains("% non-contiguous), ") && line.hasSuffix(" blocks"))
        }
        return outcome.status == 0 ? problems : problems + ["status \(outcome.status)"]
    }

    private func expectClean(_ location: SourceLocation) async throws {
        let problems = try await Self.problems(in: path)
        #expect(problems == [], sourceLocation: location)
    }

    /// Holds the plan against dumpe2fs' totals and against the bitmaps themselves.
    private func expectPlanned(_ location: SourceLocation) async throws {
        let header = try await header()
        #expect(header["Free blocks"] == "\(plan.slack.freeBlocks)", sourceLocation: location)
        #expect(header["Free inodes"] == "\(plan.slack.freeInodes)", sourceLocation: location)
        #expect(header["Block count"] == "\(plan.geometry.blockCount)", sourceLocation: location)
        #expect(raw.byteCount == plan.byteCount, sourceLocation: location)
        var blocks = 0
        var inodes = 0
        for group in 0..<raw.groupCount {
            blocks += raw.freeBlockCount(ofGroup: group)
            inodes += raw.freeInodeCount(ofGroup: group)
        }
        #expect(UInt64(blocks) == plan.slack.freeBlocks, sourceLocation: location)
        #expect(UInt64(inodes) == plan.slack.freeInodes, sourceLocation: location)
    }

    /// What is taken for zeros when an image is hashed must be what was never written, and nothing else.
    private func expectHoles(_ location: SourceLocation) {
        let all = 0..<plan.byteCount / 4_096
        let stored = raw.storedBlocks
        // Not every file system of a host has holes.
        guard stored != [all] else { return }
        let rest = plan.geometry.blockCount..<all.upperBound
        let zeros = (plan.unwritten + [rest]).joinedRuns()
        #expect((stored + zeros).joinedRuns() == [all], sourceLocation: location)
        let written = stored.reduce(0) { $0 + UInt64($1.count) }
        #expect(written == plan.writtenBlocks, sourceLocation: location)
    }

    /// What `dumpe2fs -h` says, by the words before the colon.
    func header() async throws -> [String: String] {
        let text = try await Shell.run("LC_ALL=C TZ=UTC dumpe2fs -h '\(path)' 2>/dev/null")
        var header: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            header[String(parts[0])] = String(parts[1].drop { $0.isWhitespace })
        }
        return header
    }

    /// Every inode in use, with its number.
    var inodes: [RawInode] { (1...plan.lastInode).map { raw.inode($0) } }
}

extension ImageOptions {
    /// Promises that keep test images small.
    static var small: ImageOptions {
        var options = ImageOptions()
        options.freeInodes = 16
        options.freeBytes = 1 << 20
        return options
    }

    func with(_ change: (inout ImageOptions) -> Void) -> ImageOptions {
        var copy = self
        change(&copy)
        return copy
    }
}
