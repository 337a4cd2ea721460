internal import Golden
internal import HostSystem
internal import ImageBytes
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

    /// What a golden says of an image and of its sources, but for the plain digest.
    struct Findings {
        var survey: ImageSurvey
        let inputs: GoldenFile.Inputs
    }

    func survey(
        _ image: OutputFile, _ digest: ImageDigest, _ leaves: LeafHashes, _ inputs: InputsDigest,
        jobs: Int
    ) throws(BuildError) -> Findings {
        let bytes: MappedImage
        do throws(FileError) {
            bytes = try MappedImage(file: image.descriptor, path: image.path)
        } catch {
            throw .output(error)
        }
        let survey = ImageSurvey(of: bytes, digest: digest, leaves: leaves, jobs: jobs)
        try image.checkIntact(bytes)
        return Findings(survey: survey, inputs: inputs.inputs(plan, leaves, jobs: jobs))
    }

    func record(_ findings: Findings) throws(BuildError) -> Recording {
        let promise = GoldenFile.Promise(
            freeInodes: plan.options.freeInodes, freeBytes: plan.options.freeBytes)
        let extras = Recording.Extras(layout: 1, inputs: findings.inputs, promise: promise)
        do {
            return try Recording(of: findings.survey, extras)
        } catch {
            throw .golden("\(error)")
        }
    }

    /// Writes all but the names.
    func stage(_ recording: Recording) throws(BuildError) -> StagedGolden {
        do {
            return try GoldenStore.stage(
                recording, to: request.path, replaces: request.replaces)
        } catch {
            if case .file(let file) = error, file.errno == .noSpace {
                throw .diskFull(
                    folder: EscapedName(GoldenPaths(request.path).text.folder), missing: 0)
            }
            throw .golden("\(error)")
        }
    }
}
