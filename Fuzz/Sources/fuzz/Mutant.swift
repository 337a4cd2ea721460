import Ext4Image
import Ext4Layout
import ImageBytes

/// A base with some of its bytes changed, until they are put back.
struct Mutant: ~Copyable {
    let base: Base
    /// The blocks that were changed, in the order of their first change.
    private(set) var touched: [UInt64] = []

    /// A bent geometry makes large images of small ones, which take a hundred times as long to read,
    /// and hides what else was bent.
    private let bendsGeometry: Bool

    init(_ base: Base, bendsGeometry: Bool) {
        self.base = base
        self.bendsGeometry = bendsGeometry
    }

    deinit { for block in touched { base.restore(block) } }

    /// Where the counts and sizes of a superblock end and its times begin.
    private static let geometryEnd = Superblock.Fields.mountTime.offset

    /// Changes bytes of a block, and notes that.
    mutating func write(_ bytes: some Collection<UInt8>, at offset: Int, in block: UInt64) {
        if !touched.contains(block) { touched.append(block) }
        base.write(bytes, at: offset, in: block)
    }

    /// Applies one record: eight bytes that say where, how and what.
    mutating func apply(_ record: some RandomAccessCollection<UInt8>) {
        let record = Array(record)
        let place = Int(record[0]) | Int(record[1]) << 8 | Int(record[2]) << 16
        let size = base.image.geometry.blockSize
        let number = base.metadata[place / size % base.metadata.count]
        let offset = place % size
        guard bendsGeometry || number != 1 || offset >= Self.geometryEnd else { return }
        let value = record[4...].enumerated().reduce(UInt32(0)) { $0 | UInt32($1.1) << ($1.0 * 8) }
        switch record[3] % 8 {
        case 0: write([record[4]], at: offset, in: number)
        case 1: write(record[4..<6], at: offset & ~1, in: number)
        case 2: write(record[4..<8], at: offset & ~3, in: number)
        case 3:
            let image = base.image
            let before = image.block(number)?[byte: offset] ?? 0
            write([before ^ 1 << (record[4] & 7)], at: offset, in: number)
        case 4: write([255, 255, 255, 255], at: offset & ~3, in: number)
        case 5: write([0, 0, 0, 0], at: offset & ~3, in: number)
        case 6:
            write(
                [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8), 0, 0],
                at: offset & ~3, in: number)
        default: copy(to: offset, of: number, from: Int(value))
        }
    }

    /// Copies up to 512 bytes of other metadata over this.
    private mutating func copy(to offset: Int, of number: UInt64, from place: Int) {
        let image = base.image
        guard let source = image.block(base.metadata[place / 1024 % base.metadata.count])
        else { return }
        let start = place % 1024 & ~3
        let room = min(source.count - start, image.geometry.blockSize - offset)
        let count = min(4 << (place >> 24 & 7), room)
        guard count > 0 else { return }
        write(source.copy(start..<start + count), at: offset, in: number)
    }
}
