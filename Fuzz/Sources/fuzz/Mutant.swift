import Ext4Image
import Ext4Layout
import ImageBytes

/// Changed copies of a base's blocks.
struct Mutant {
    let base: Base
    /// Whole blocks, by their numbers.
    private(set) var blocks: [UInt64: [UInt8]] = [:]

    /// A bent geometry makes large images of small ones, which take a hundred times as long to read,
    /// and hides what else was bent.
    private let bendsGeometry: Bool

    init(_ base: Base, bendsGeometry: Bool) {
        self.base = base
        self.bendsGeometry = bendsGeometry
    }

    /// Where the counts and sizes of a superblock end and its times begin.
    private static let geometryEnd = Superblock.Fields.mountTime.offset

    /// The block as it is by now.
    subscript(_ number: UInt64) -> [UInt8] {
        get { blocks[number] ?? base.image.block(number)?.copy() ?? [] }
        set { blocks[number] = newValue }
    }

    /// Applies one record: eight bytes that say where, how and what.
    mutating func apply(_ record: [UInt8]) {
        let place = Int(record[0]) | Int(record[1]) << 8 | Int(record[2]) << 16
        let size = base.image.geometry.blockSize
        let number = base.metadata[place / size % base.metadata.count]
        let offset = place % size
        guard bendsGeometry || number != 1 || offset >= Self.geometryEnd else { return }
        let value = record[4...].enumerated().reduce(UInt32(0)) { $0 | UInt32($1.1) << ($1.0 * 8) }
        var block = self[number]
        switch record[3] % 8 {
        case 0: block[offset] = record[4]
        case 1: write(value, 2, at: offset & ~1, in: &block)
        case 2: write(value, 4, at: offset & ~3, in: &block)
        case 3: block[offset] ^= 1 << (record[4] & 7)
        case 4: write(UInt32.max, 4, at: offset & ~3, in: &block)
        case 5: write(0, 4, at: offset & ~3, in: &block)
        case 6: write(UInt32(truncatingIfNeeded: number), 4, at: offset & ~3, in: &block)
        default: copy(to: offset, from: Int(value), &block)
        }
        self[number] = block
    }

    private func write(_ value: UInt32, _ count: Int, at offset: Int, in block: inout [UInt8]) {
        for index in 0..<count where offset + index < block.count {
            block[offset + index] = UInt8(truncatingIfNeeded: value >> (index * 8))
        }
    }

    /// Copies up to 256 bytes of other metadata over this.
    private func copy(to offset: Int, from place: Int, _ block: inout [UInt8]) {
        let source = self[base.metadata[place / 1024 % base.metadata.count]]
        let start = place % 1024 & ~3
        let count = min(4 << (place >> 24 & 7), source.count - start, block.count - offset)
        guard count > 0 else { return }
        block.replaceSubrange(offset..<offset + count, with: source[start..<start + count])
    }
}
