import Difference
import Ext4Image
import Golden
import HostSystem
import ImageBytes
import SystemPackage
import TestKit

@testable import Report

/// Two images, `a` and `b` in a folder of their own, that the real tools made.
struct ImagePair {
    let scratch: ScratchFolder

    /// - Parameter script: makes `a` and `b`; `make IMAGE` makes one of the folder `tree`.
    /// - Throws: where the script fails.
    init(_ script: String) async throws {
        scratch = try ScratchFolder()
        try await Shell.run(
            """
            export E2FSPROGS_FAKE_TIME=1700000000
            make() {
                truncate -s "${size:-16M}" $1
                mke2fs -qF -t ext4 -L "${label:-}" -U 01234567-89ab-4def-8123-456789abcdef \
                    -E hash_seed=01234567-89ab-4def-8123-456789abcdef ${options:-} -d tree $1
            }
            mkdir tree; \(script)
            """, in: scratch.path)
    }

    func image(_ name: String) throws -> Ext4Image {
        try Ext4Image(ImageSource(path: scratch[name], workers: 2).open())
    }

    func difference(workers: Int = 2) throws -> ImageDifference {
        var engine = DifferenceEngine(workers: workers)
        engine.culprits = CulpritLook.finder
        return try engine.compare(image("a"), image("b"))
    }

    func page(workers: Int = 2) throws -> String {
        let report = DiffReport(
            try difference(workers: workers), before: FilePath("a"), after: FilePath("b"))
        return DifferencePage(report, version: "test").html
    }
}
