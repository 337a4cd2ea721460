import HostSystem
import TestKit
import Testing

/// The image is a pure function of the recipe: whatever else changes, its bytes do not.
@Suite(.sampleTree) struct ContractTests {
    /// Builds as the perturbation says and returns the SHA-256 of what came of it.
    private func digest(_ perturbation: Perturbation, assay: String = "$assay") async throws
        -> String
    {
        let sample = try #require(SampleTree.current)
        let workshop = try await Workshop()
        try await workshop.succeed(
            """
            tree=\(sample.folder["tree"])
            assay=\(assay); export assay
            build() {
                local check=--no-check
                if [ "${extra:-}" = --check ]; then check= extra=; fi
                "$@" "$assay" build --root "${root:-$tree}" \(SampleTree.options) $check \
                    --output "${image:-out/image}" ${extra:-} > /dev/null
            }
            \(perturbation.script)
            """)
        return try await workshop.digest("out/image")
    }

    @Test(arguments: Perturbation.common)
    func `the image is the same`(under perturbation: Perturbation) async throws {
        let sample = try #require(SampleTree.current)
        #expect(try await digest(perturbation) == sample.digest)
    }

    @Test(.enabled(if: Workshop.isRoot, "\(Workshop.asRoot)"), arguments: Perturbation.privileged)
    func `the image is the same, as root can tell`(under perturbation: Perturbation) async throws {
        let sample = try #require(SampleTree.current)
        #expect(try await digest(perturbation) == sample.digest)
    }

    @Test(
        .enabled(if: Workshop.isRoot, "needs root to mount file systems"),
        arguments: Perturbation.fileSystems)
    func `the image is the same on`(fileSystem: Perturbation) async throws {
        let sample = try #require(SampleTree.current)
        #expect(try await digest(fileSystem) == sample.digest)
    }

    @Test(
        .enabled(if: OtherBinary.path != nil, "needs a debug and a release binary of these sources")
    )
    func `the image is the same from the other of debug and release build`() async throws {
        let sample = try #require(SampleTree.current)
        let other = try #require(OtherBinary.path)
        #expect(try await digest(Perturbation("", "build"), assay: other) == sample.digest)
    }

    @Test func `e2fsck finds no problem in it`() async throws {
        let sample = try #require(SampleTree.current)
        let told = try await Shell.run("e2fsck -fn out/image 2>&1", in: sample.folder.path)
        let lines = told.split(separator: "\n")
        // Its name and version, five passes, and the summary.
        #expect(
            lines.count == 7 && lines.dropFirst().prefix(5).allSatisfy { $0.hasPrefix("Pass ") })
    }
}
