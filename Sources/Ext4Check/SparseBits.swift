/// A set of numbers below a limit, in pages that exist only where something was put in.
///
/// A file system may claim billions of blocks and use a few; memory follows what is used.
struct SparseBits: Sendable {
    private static let pageBits = 15
    private static let wordsPerPage = 1 << (pageBits - 6)

    /// Numbers at or past this one are ignored when put in, and never found.
    let limit: UInt64
    private var pages: [[UInt64]?]

    /// - Parameter limit: the first number that is not allowed.
    init(limit: UInt64) {
        self.limit = limit
        let pageCount = (limit + (1 << UInt64(Self.pageBits)) - 1) >> UInt64(Self.pageBits)
        pages = Array(repeating: nil, count: Int(pageCount))
    }

    /// Whether a number is in the set.
    func contains(_ number: UInt64) -> Bool {
        guard number < limit, let page = pages[Int(number >> UInt64(Self.pageBits))] else {
            return false
        }
        return page[Self.word(number)] & Self.bit(number) != 0
    }

    /// Puts a number in; returns whether it was already there.
    @discardableResult
    mutating func insert(_ number: UInt64) -> Bool {
        guard number < limit else { return false }
        let page = Int(number >> UInt64(Self.pageBits))
        if pages[page] == nil { pages[page] = Array(repeating: 0, count: Self.wordsPerPage) }
        let before = pages[page]?[Self.word(number)] ?? 0
        pages[page]?[Self.word(number)] = before | Self.bit(number)
        return before & Self.bit(number) != 0
    }

    /// Puts a run of numbers in; returns whether any of them was already there.
    @discardableResult
    mutating func insert(_ run: Range<UInt64>) -> Bool {
        var number = run.lowerBound
        let end = min(run.upperBound, limit)
        var collision = false
        while number < end {
            let page = Int(number >> UInt64(Self.pageBits))
            if pages[page] == nil { pages[page] = Array(repeating: 0, count: Self.wordsPerPage) }
            let pageEnd = (UInt64(page) + 1) << UInt64(Self.pageBits)
            let stop = min(end, pageEnd)
            if Self.set(&pages[page], from: number, to: stop) { collision = true }
            number = stop
        }
        return collision
    }

    /// Sets the bits `from..<to` of one page, which must exist.
    private static func set(_ page: inout [UInt64]?, from: UInt64, to: UInt64) -> Bool {
        var collision = false
        var number = from
        while number < to {
            let stop = min(to, (number | 63) + 1)
            let mask = Self.mask(number, stop)
            let word = Self.word(number)
            if (page?[word] ?? 0) & mask != 0 { collision = true }
            page?[word] |= mask
            number = stop
        }
        return collision
    }

    /// 64 numbers from a multiple of 64, as bits.
    func word(at number: UInt64) -> UInt64 {
        guard number < limit, let page = pages[Int(number >> UInt64(Self.pageBits))] else {
            return 0
        }
        return page[Self.word(number)]
    }

    private static func word(_ number: UInt64) -> Int {
        Int((number & ((1 << UInt64(pageBits)) - 1)) >> 6)
    }

    private static func bit(_ number: UInt64) -> UInt64 { 1 << (number & 63) }

    /// The bits `from..<to` within the word that holds `from`.
    private static func mask(_ from: UInt64, _ to: UInt64) -> UInt64 {
        let width = to - from
        return width == 64 ? .max : ((1 << width) - 1) << (from & 63)
    }
}
