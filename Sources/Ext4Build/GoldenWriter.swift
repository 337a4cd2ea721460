internal import Ext4Image
internal import Golden
internal import HostSystem
internal import ImageBytes
internal import SourceTree
internal import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Takes a golden of an image that was just built, from the hashes of the same pass.
struct GoldenWriter {
    private let request: BuildRequest.Golden
    private let plan: Plan

    init(_ request: BuildRequest.Golden, _ plan: Plan) {
        self.request = request
        self.plan = plan
    }

    /// Says so before anything is built, where the golden could not be written in the end.
    static func checkPlace(
        _ request: BuildRequest.Golden, output: FilePath
    ) throws(BuildError) {
        let paths = GoldenPaths(request.path)
        for path in [paths.text, paths.blocks] where OutputFile.areOne(path, output) {
            throw .golden("\(EscapedName(path)) is the image itself. Give the golden another name")
        }
        let folder = paths.text.folder
        let inside = folder.appending(".")
        guard unsafe inside.withPlatformString({ unsafe access($0, W_OK | X_OK) }) == 0 else {
            throw .output(FileError("write to the folder", folder, Errno(rawValue: errno)))
        }
        do { try GoldenStore.requirePlace(paths.text, replaces: request.replaces) } catch {
            throw .golden("\(error)")
        }
    }

    /// Says so before anything is built, where there are more names, or longer paths, than a golden's
    /// reader takes.
    static func checkNames(of tree: SourceTree) throws(BuildError) {
        var limits = TreeBudget()
        var walk = NameWalk(tree)
        while let node = walk.next() {
            var problem = node == 0 ? nil : limits.takeName(byteCount: tree.name(of: node).count)
            if tree.nodes[node].kind == .directory {
                problem = problem ?? limits.takeDirectory(pathByteCount: walk.path.count + 1)
            }
            guard let problem else { continue }
            let path = EscapedName(walk.path.prefix(Self.shownPathLength))
            throw .golden(
                "\(path)…: \(problem), which is more than a golden's reader takes. "
                    + "Leave out --golden, or lay the sources out in another way")
        }
    }

    /// Of a path that is too long to be read in a message.
    private static let shownPathLength = 80

    /// Takes the golden of an image whose blocks are all hashed.
    func record(
        _ output: OutputFile, _ digest: ImageDigest, _ known: GoldenLeaves.Digests,
        _ inputs: InputsDigest
    ) throws(BuildError) -> Recording {
        let bytes = try output.mapped()
        let image: Ext4Image
        do { image = try Ext4Image(bytes) } catch { throw .golden("\(RecordError.image(error))") }
        let names = EntryLines.digests(of: plan) {
            known.contents[Int(plan.order.fileOfNode[$0])]
        }
        let extras = Recording.Extras(
            layout: 1, inputs: inputs.inputs(sources: names.sources),
            promise: .init(freeInodes: plan.options.freeInodes, freeBytes: plan.options.freeBytes))
        let tree = GoldenFile.Tree(entryCount: UInt64(plan.tree.nodes.count), digest: names.image)
        let recording: Recording
        do {
            recording = try Recording(
                ofBuilt: image, digest, classes: known.classes, tree: tree, extras)
        } catch {
            throw .golden("\(error)")
        }
        try output.checkIntact(bytes)
        return recording
    }

    /// Writes all but the names.
    func stage(_ recording: Recording) throws(BuildError) -> StagedGolden {
        do {
            return try GoldenStore.stage(
                recording, to: request.path, replaces: request.replaces)
        } catch {
            if case .file(let file) = error, file.errno == .noSpace {
                throw .goldenDiskFull(
                    folder: EscapedName(GoldenPaths(request.path).text.folder),
                    needed: UInt64(recording.golden.text.count) + recording.blocks.byteCount)
            }
            throw .golden("\(error)")
        }
    }
}
