import Ext4Layout
import ImageBytes

extension BitmapCheck {
    /// Where two bitmaps differ.
    struct Difference {
        private var count = 0
        private var first: UInt64 = 0
        private var isStoredFirst = false

        /// Takes 64 bits.
        ///
        /// - Parameters:
        ///   - different: the bits that differ.
        ///   - stored: what stands in the image.
        ///   - number: the number of the first bit.
        mutating func add(_ different: UInt64, stored: UInt64, at number: UInt64) {
            guard different != 0 else { return }
            if count == 0 {
                let bit = UInt64(different.trailingZeroBitCount)
                first = number + bit
                isStoredFirst = stored >> bit & 1 == 1
            }
            count += different.nonzeroBitCount
        }

        /// Reports the differences of one group.
        func report(
            _ kind: FindingKind, _ group: Int, shift: UInt64, _ log: inout FindingLog
        ) {
            guard count > 0 else { return }
            let isInode = kind == .inodeBitmap
            let what = isInode ? "inode" : (shift > 0 ? "the cluster of block" : "block")
            let number = first << shift
            var place = FindingPlace.group(group, block: isInode ? nil : number)
            if isInode { place.inode = UInt32(truncatingIfNeeded: number) }
            log.add(
                kind, at: place,
                "\(what) \(number) is \(isStoredFirst ? "marked, but not" : "not marked, but") in use"
                    + (count > 1 ? "; \(count - 1) more in the group" : ""))
        }
    }

    /// The bits of a bitmap past the last cluster or inode of the group must be set.
    ///
    /// - Parameters:
    ///   - slice: the bitmap.
    ///   - group: the group.
    ///   - block: where the bitmap lies.
    ///   - used: bits that stand for something.
    ///   - field: the field that says where it lies.
    ///   - log: takes what is wrong.
    func checkTail(
        _ slice: ImageSlice, _ group: Int, _ block: UInt64, used: Int, _ field: String,
        _ log: inout FindingLog
    ) {
        var bit = used
        let end = volume.blockSize * 8
        while bit < end {
            let byte = slice[byte: bit / 8]
            if bit % 8 == 0 {
                if byte != 0xFF { break }
                bit += 8
            } else {
                if byte >> (bit % 8) & 1 == 0 { break }
                bit += 1
            }
        }
        if bit < end {
            log.add(
                .bitmapPadding, at: .group(group, block: block, field: field),
                "the \(end - used) bits past the end of the group are not all set")
        }
    }

    func checkChecksum(
        _ slice: ImageSlice, _ group: Int, bits: UInt64, stored: UInt32, _ field: String,
        _ log: inout FindingLog
    ) {
        guard volume.hasMetadataChecksums else { return }
        var expected = volume.checksums.bitmap(slice, bits: bits)
        if volume.geometry.descriptorSize < 64 { expected &= 0xFFFF }
        if expected != stored {
            log.add(
                .bitmapChecksum, at: .group(group, field: field),
                "is 0x\(String(stored, radix: 16)), should be 0x\(String(expected, radix: 16))")
        }
    }
}
