import Ext4Image
import Ext4Layout
import ImageBytes

/// Compares the differing blocks of two images byte by byte, and says whose the bytes are.
struct ByteComparison {
    let blessed: MappedImage
    let image: MappedImage
    let owners: OwnerMap
    let words: OwnerWords

    /// One field, or one run of bytes with one owner, that differs.
    struct Difference {
        let owner: ByteOwner
        /// The first byte that differs.
        let offset: UInt64
    }

    /// More differences of one image are not looked at; there is a limit to what a person reads.
    static let differenceLimit = 1 << 20

    /// Gives out what differs in the 4 KiB blocks, in rising order, until the limit.
    ///
    /// - Returns: whether all of it was looked at.
    func forEachDifference(in blocks: [UInt64], _ body: (Difference) -> Void) -> Bool {
        var left = Self.differenceLimit
        var known: UInt64 = 0
        for block in blocks {
            let start = block * UInt64(VerityTree.blockByteCount)
            var offset = max(start, known)
            let end = min(
                start + UInt64(VerityTree.blockByteCount),
                UInt64(min(image.count, blessed.count)))
            while offset < end, let at = firstDifference(offset..<end) {
                guard left > 0 else { return false }
                left -= 1
                let owner = owners.owner(ofByte: at)
                body(Difference(owner: owner, offset: at))
                offset = max(at + 1, owner.bytes.upperBound)
                known = offset
            }
        }
        return true
    }

    /// The sentence for a difference, with what stands on both sides where it is short.
    func sentence(for difference: Difference) -> String {
        let block = difference.offset / UInt64(owners.image.geometry.blockSize)
        let place = Self.place(block: block, offset: difference.offset)
        let range = difference.owner.bytes
        let limit = UInt64(min(image.count, blessed.count))
        guard difference.owner.field != nil, range.count <= 64, range.upperBound <= limit else {
            let (old, new) = (byte(blessed, difference.offset), byte(image, difference.offset))
            return "\(place): \(words.words(for: difference.owner)): "
                + "byte \(old) in the golden, \(new) here"
        }
        let ints = Int(range.lowerBound)..<Int(range.upperBound)
        let owner = difference.owner
        return "\(place): \(words.words(for: owner)): "
            + "\(Self.value(blessed.slice.copy(ints), owner)) in the golden, "
            + "\(Self.value(image.slice.copy(ints), owner)) here"
    }

    /// "block 8,193, offset 0x2001438", as people read numbers.
    static func place(block: UInt64, offset: UInt64) -> String {
        "block \(Grouped(block)), offset 0x\(String(offset, radix: 16))"
    }

    private func firstDifference(_ range: Range<UInt64>) -> UInt64? {
        let ints = Int(range.lowerBound)..<Int(range.upperBound)
        let old = blessed.slice.slice(ints)
        let new = image.slice.slice(ints)
        for index in 0..<ints.count where old[byte: index] != new[byte: index] {
            return range.lowerBound + UInt64(index)
        }
        return nil
    }

    private func byte(_ image: MappedImage, _ offset: UInt64) -> String {
        "0x" + String(image.slice[byte: Int(offset)], radix: 16)
    }

    /// Fields of the superblock as the golden writes them; otherwise up to eight bytes are a
    /// little-endian number, more are digits.
    private static func value(_ bytes: [UInt8], _ owner: ByteOwner) -> String {
        if case .superblock = owner.place, let field = owner.field {
            return SuperblockFacts.value(bytes, of: field)
        }
        if bytes.count > 8 { return ASCIIEscape.hex(bytes) }
        return String(bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
}

/// A number with commas between the thousands.
struct Grouped: CustomStringConvertible {
    private let number: UInt64

    init(_ number: UInt64) {
        self.number = number
    }

    var description: String {
        let digits = Array(String(number).utf8)
        var text: [UInt8] = []
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { text.append(UInt8(ascii: ",")) }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
