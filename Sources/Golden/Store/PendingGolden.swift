public import ImageBytes

/// The golden that a mismatch leaves beside the old one, for a person to accept or to reject.
public enum PendingGolden {
    /// Takes a golden of the image and writes it as `NAME.golden.new`, with its `NAME.blocks.new`.
    ///
    /// It keeps what the old golden says beside what is seen in the image: promise, waivers, and
    /// whether there is a line for each name. Inputs and layout are left out: nobody says that the
    /// image was built from the same ones.
    /// - Throws: ``Failure`` where the image cannot be recorded or the files cannot be written.
    public static func leave(
        _ image: MappedImage, beside golden: GoldenStore.Loaded, jobs: Int
    ) throws(Failure) -> GoldenPaths {
        let survey: ImageSurvey
        do {
            survey = try ImageSurvey(
                of: image, jobs: jobs, blocks: true, plain: true,
                entries: !golden.golden.entries.isEmpty)
        } catch { throw .record(.digest(error)) }
        var extras = Recording.Extras(of: golden.golden)
        extras.inputs = nil
        extras.layout = nil
        let recording: Recording
        do { recording = try Recording(of: survey, extras) } catch { throw .record(error) }
        do {
            try GoldenStore.writePending(recording, beside: golden.paths)
        } catch { throw .store(error) }
        return golden.paths
    }

    /// Why nothing was left.
    public enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
        case record(RecordError)
        case store(StoreError)

        public var description: String {
            switch self {
            case .record(let error): error.description
            case .store(let error): error.description
            }
        }
    }
}
