import Ext4Image
import Ext4Layout
import ImageBytes

/// What the fuzzer's bytes mean: the first says which base, whether checksums are repaired and
/// whether the superblock's geometry may be bent; the rest are records of eight bytes, each a change.
struct Input {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// From this number on the lower seven bits mean that the geometry may be bent: a tenth of all inputs
    /// and some of every base, since they take ten times as long as the others.
    private static let geometryBent: UInt8 = 116

    /// More changes than this make no image that tells more.
    private static let recordLimit = 48

    /// Tries the image that is meant.
    func run() {
        withImage { bytes, touched in Exercise(bytes, touched: touched).run() }
    }

    /// Calls the body with the image that is meant and the numbers of the blocks that differ from
    /// its base; the image is its base again afterwards.
    func withImage(_ body: (MappedImage, [UInt64]) -> Void) {
        guard let first = bytes.first else { return }
        let base = Base.all[Int(first & 0x1F) % Base.all.count]
        var mutant = Mutant(base, bendsGeometry: first & 0x7F >= Self.geometryBent)
        var place = 1
        while place + 8 <= bytes.count, place < 1 + 8 * Self.recordLimit {
            mutant.apply(bytes[place..<place + 8])
            place += 8
        }
        if first & 0x80 == 0 { mutant.repairChecksums() }
        body(base.bytes, mutant.touched)
    }
}
