/// A set of numbers below a limit, in pages that exist only where something was put in.
///
/// A file system may claim billions of blocks and use a few; memory follows what is used.
struct SparseBits: Sendable {
    private static let pageBits = 15
    private static let wordsPerPage = 1 << (pageBits - 6)

    /// Numbers at or past this one are ignored when put in, and never found.
    let limit: UInt64
    /// Up to the highest page in use.
    private var pages: [[UInt64]?] = []

    /// - Parameter limit: the first number that is not allowed.
    init(limit: UInt64) {
        self.limit = limit
    }

    /// Makes a page where there is none.
    private mutating func makePage(_ page: Int) {
        if page >= pages.count {
            pages.append(contentsOf: repeatElement(nil, count: page + 1 - pages.count))
        }
        if pages[page] == nil { pages[page] = Array(repeating: 0, count: Self.wordsPerPage) }
    }

    /// The page of a number; nil where nothing was put into it.
    private func page(of number: UInt64) -> [UInt64]? {
        let page = Int(number >> UInt64(Self.pageBits))
        return page < pages.count ? pages[page] : nil
    }

    /// Whether a number is in the set.
    func contains(_ number: UInt64) -> Bool {
        guard number < limit, let page = page(of: number) else { return false }
        return page[Self.word(number)] & Self.bit(number) != 0
    }

    /// Puts a number in; returns whether it was already there.
    @discardableResult
    mutating func insert(_ number: UInt64) -> Bool {
        guard number < limit else { return false }
        let page = Int(number >> UInt64(Self.pageBits))
        makePage(page)
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
            makePage(page)
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

    /// Whether any number of a run is in the set.
    func overlaps(_ run: Range<UInt64>) -> Bool {
        var number = run.lowerBound
        let end = min(run.upperBound, limit)
        while number < end {
            let stop = min(end, (number | 63) + 1)
            if word(at: number & ~63) & Self.mask(number, stop) != 0 { return true }
            number = stop
        }
        return false
    }

    /// Calls the body for every run of numbers in the set, in rising order; a long run may come in
    /// parts.
    func forEachRun(_ body: (Range<UInt64>) -> Void) {
        for (index, page) in pages.enumerated() {
            guard let page else { continue }
            for (place, word) in page.enumerated() where word != 0 {
                let first = UInt64(index) << UInt64(Self.pageBits) + UInt64(place) << 6
                var rest = word
                while rest != 0 {
                    let start = UInt64(rest.trailingZeroBitCount)
                    let length = UInt64((~(rest >> start)).trailingZeroBitCount)
                    body(first + start..<first + start + length)
                    rest &= length == 64 ? 0 : ~(((1 << length) - 1) << start)
                }
            }
        }
    }

    /// 64 numbers from a multiple of 64, as bits.
    func word(at number: UInt64) -> UInt64 {
        guard number < limit, let page = page(of: number) else { return 0 }
        return page[Self.word(number)]
    }

    /// 64 numbers from any number on, as bits.
    func word(from number: UInt64) -> UInt64 {
        let shift = number & 63
        let low = word(at: number & ~63)
        guard shift != 0 else { return low }
        return low >> shift | word(at: (number & ~63) + 64) << (64 - shift)
    }

    /// How many numbers of a run are in the set.
    func count(in run: Range<UInt64>) -> UInt64 {
        var count = 0
        var number = run.lowerBound
        let end = min(run.upperBound, limit)
        while number < end {
            let stop = min(end, (number | 63) + 1)
            count += (word(at: number & ~63) & Self.mask(number, stop)).nonzeroBitCount
            number = stop
        }
        return UInt64(count)
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
