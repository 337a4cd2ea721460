internal import Synchronization

/// How far a build is. Threads of the build count up; whoever shows a progress bar reads.
public final class BuildProgress: Sendable {
    /// What a build is doing.
    public enum Phase: Int, Sendable, CaseIterable {
        case survey, scan, plan, metadata, data, digest, compress, check, sync
    }

    private let phaseNumber = Atomic(0)
    private let bytes = Atomic<UInt64>(0)
    private let files = Atomic(0)
    private let totalBytesValue = Atomic<UInt64>(0)
    private let totalFilesValue = Atomic(0)

    public init() {}

    public var phase: Phase { Phase(rawValue: phaseNumber.load(ordering: .relaxed)) ?? .survey }
    /// Bytes and files, names in a survey, that are done in this phase, and how many there are, as far as
    /// that is known.
    public var doneBytes: UInt64 { bytes.load(ordering: .relaxed) }
    public var doneFiles: Int { files.load(ordering: .relaxed) }
    public var totalBytes: UInt64 { totalBytesValue.load(ordering: .relaxed) }
    public var totalFiles: Int { totalFilesValue.load(ordering: .relaxed) }

    func begin(_ phase: Phase, totalBytes: UInt64 = 0, totalFiles: Int = 0) {
        phaseNumber.store(phase.rawValue, ordering: .relaxed)
        bytes.store(0, ordering: .relaxed)
        files.store(0, ordering: .relaxed)
        totalBytesValue.store(totalBytes, ordering: .relaxed)
        totalFilesValue.store(totalFiles, ordering: .relaxed)
    }

    func add(bytes count: UInt64) { bytes.wrappingAdd(count, ordering: .relaxed) }
    func add(files count: Int) { files.wrappingAdd(count, ordering: .relaxed) }
}
