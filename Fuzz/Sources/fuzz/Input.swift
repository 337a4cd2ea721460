import Ext4Image
import Ext4Layout
import ImageBytes

/// What the fuzzer's bytes mean: the first says which base, whether checksums are repaired and
/// whether the superblock's geometry may be bent; the rest are records of eight bytes, each a change.
struct Input {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// More changes than this make no image that tells more.
    private static let recordLimit = 48

    func run() {
        guard let first = bytes.first else { return }
        if first == 0xFF {
            let disk = Array(bytes.dropFirst())
            _ = try? PartitionTable(of: ImageSlice(disk.rawSpan))
            return
        }
        guard let image else { return }
        Exercise(image.view, touched: image.patches).run()
    }

    /// The image that is meant, and what in it differs from its base.
    var image: (view: MappedImage, patches: [MappedImage.Patch])? {
        guard let first = bytes.first, first != 0xFF else { return nil }
        let base = Base.all[Int(first & 0x3F) % Base.all.count]
        var mutant = Mutant(base, bendsGeometry: first & 0x40 != 0)
        var place = 1
        while place + 8 <= bytes.count, place < 1 + 8 * Self.recordLimit {
            mutant.apply(Array(bytes[place..<place + 8]))
            place += 8
        }
        if first & 0x80 == 0 { mutant.repairChecksums() }
        let size = UInt64(base.image.geometry.blockSize)
        let patches = mutant.blocks.sorted { $0.key < $1.key }.map { block in
            MappedImage.Patch(offset: block.key * size, bytes: block.value)
        }
        return (try? base.bytes.replacing(patches)).map { ($0, patches) }
    }
}
