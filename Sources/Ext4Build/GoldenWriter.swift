internal import Golden
internal import HostSystem
internal import ImageBytes
internal import SystemPackage

/// Takes a golden of an image that was just built, from the hashes of the same pass.
struct GoldenWriter {
    private let request: BuildRequest.Golden
    private let plan: Plan

    init(_ request: BuildRequest.Golden, _ plan: Plan) {
        self.request = request
        self.plan = plan
    }

    /// Says so before anything is built, where the golden could not be written in the end.
    static func checkPlace(_ request: BuildRequest.Golden) throws(BuildError) {
        let paths = GoldenPaths(request.path)
        guard !request.replaces else { return }
        for path in [paths.text, paths.blocks] where GoldenStore.exists(path) {
            throw .golden("\(StoreError.exists(path))")
        }
    }

    func record(
        _ image: OutputFile, _ digest: ImageDigest, _ leaves: LeafHashes, _ inputs: InputsDigest,
        jobs: Int
    ) throws(BuildError) -> Recording {
        let bytes: MappedImage
        do throws(FileError) {
            bytes = try MappedImage(file: image.descriptor, path: image.path)
        } catch {
            throw .output(error)
        }
        let survey = ImageSurvey(of: bytes, digest: digest, leaves: leaves, jobs: jobs)
        let promise = GoldenFile.Promise(
            freeInodes: plan.options.freeInodes, freeBytes: plan.options.freeBytes)
        let extras = Recording.Extras(
            layout: 1, inputs: inputs.inputs(plan, leaves, jobs: jobs), promise: promise)
        do {
            return try Recording(of: survey, extras)
        } catch {
            throw .golden("\(error)")
        }
    }

    func write(_ recording: Recording) throws(BuildError) {
        do {
            try GoldenStore.write(recording, to: request.path, replaces: request.replaces)
        } catch {
            throw .golden("\(error)")
        }
    }
}
