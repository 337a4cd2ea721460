import Difference
import Ext4Image
import HostSystem
import ImageBytes
import SystemPackage
import TestKit
import Testing

@testable import Report

/// Broken images of every kind: they are drawn and compared like any other, and nothing traps.
@Suite struct HostileImageTests {
    /// Everything that is shown of two images.
    private static func show(_ before: Ext4Image, _ bytes: MappedImage) {
        guard let after = try? Ext4Image(bytes, tolerant: true) else { return }
        _ = ImageMap(of: after, workers: 1)
        var engine = DifferenceEngine(workers: 1)
        engine.culprits = CulpritLook.finder
        guard let difference = try? engine.compare(before, after) else { return }
        let report = DiffReport(difference, before: "a", after: "b")
        for format in DiffFormat.allCases { _ = format.render(report, version: "test") }
    }

    @Test(arguments: [UInt8(0x00), 0x81, 0xFF])
    func `no changed byte makes the map or the page trap`(value: UInt8) async throws {
        let pair = try await ImagePair(
            """
            mkdir tree/d; for i in $(seq 40); do echo $i > tree/d/name-$i; done
            ln -s d tree/link; seq 2000 | gzip -n > tree/gz; size=600K
            options='-b 1024 -N 96 -g 256 -O ^has_journal,^resize_inode' make a
            """)
        let path: String = pair.scratch["a"].string
        await #expect(processExitsWith: .success) {
            [path = path as String, value = value as UInt8] in
            let bytes = try MappedImage(path: FilePath(path))
            let image = try Ext4Image(bytes)
            for run in OwnerMap(of: image, workers: 1).runs {
                // The superblock and the descriptors are full of fields; elsewhere they repeat.
                let step: UInt64 = run.blocks.lowerBound < 3 ? 11 : 229
                for offset in stride(from: UInt64(0), to: 1_024, by: Int(step)) {
                    let place = run.blocks.lowerBound * 1_024 + offset
                    let patch = MappedImage.Patch(offset: place, bytes: [value])
                    Self.show(image, try bytes.replacing([patch]))
                }
            }
        }
    }
}
