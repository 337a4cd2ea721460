internal import HostSystem

/// Zip files, and so jars and wheels: the times of their members.
enum ZipLook {
    private static let memberLimit = 1 << 14
    /// The central directory is read whole; a larger one is left alone.
    private static let directoryLimit: UInt64 = 1 << 22

    static func matches(_ start: [UInt8]) -> Bool {
        start.integer(at: 0, count: 4) == 0x0403_4B50
    }

    static func finding(_ pair: ContentPair) -> CulpritFinding? {
        guard pair.a.byteCount == pair.b.byteCount, let place = directory(pair.a),
            place == directory(pair.b), UInt64(place.count) <= directoryLimit,
            let left = pair.a.exactly(place.count, at: place.lowerBound),
            let right = pair.b.exactly(place.count, at: place.lowerBound)
        else { return nil }
        var locals: [Range<UInt64>] = []
        var centrals: [Range<UInt64>] = []
        var first: String?
        var next = 0
        for _ in 0..<memberLimit {
            guard let one = Entry(left, at: next), let other = Entry(right, at: next),
                one.count == other.count, one.offset == other.offset, one.name == other.name
            else { break }
            let start = place.lowerBound + UInt64(next)
            centrals.append(start + 12..<start + 16)
            if !one.extra.isEmpty {
                let extra = place.lowerBound + UInt64(one.extra.lowerBound)
                centrals.append(extra..<extra + UInt64(one.extra.count))
            }
            locals += localTimes(pair, one.offset)
            if first == nil,
                one.time != other.time || left[one.extra] != right[other.extra]
            {
                let times =
                    one.time == other.time
                    ? "" : " \(text(one.time)) against \(text(other.time))"
                first = "\(EscapedName(one.name.prefix(64)))\(times)"
            }
            next += one.count
        }
        guard let first else { return nil }
        return CulpritFinding(
            culprit: .zipTimes, ranges: merged(locals + centrals), kind: "zip",
            words: "times of members, first \(first)")
    }

    /// Where the central directory lies, by the record at the end of the file.
    private static func directory(_ content: any ContentBytes) -> Range<UInt64>? {
        // The record has 22 bytes and a comment of at most 65,535 behind them.
        let count = Int(min(content.byteCount, 22 + 65_535))
        let end = content.bytes(at: content.byteCount - UInt64(count), count: count)
        var index = end.count - 22
        while index >= 0 {
            if end[index] == 0x50, end.integer(at: index, count: 4) == 0x0605_4B50 { break }
            index -= 1
        }
        guard index >= 0, let size = end.integer(at: index + 12, count: 4),
            let start = end.integer(at: index + 16, count: 4), start + size <= content.byteCount
        else { return nil }
        return start..<start + size
    }

    /// The time and the extra fields of a member's own header.
    private static func localTimes(_ pair: ContentPair, _ offset: UInt64) -> [Range<UInt64>] {
        guard let left = pair.a.exactly(30, at: offset), let right = pair.b.exactly(30, at: offset),
            left.integer(at: 0, count: 4) == 0x0403_4B50, left[26..<30] == right[26..<30],
            let name = left.integer(at: 26, count: 2), let extra = left.integer(at: 28, count: 2)
        else { return [] }
        let start = offset + 30 + name
        let time = offset + 10..<offset + 14
        return extra > 0 ? [time, start..<start + extra] : [time]
    }

    /// The ranges in rising order, those that overlap as one.
    private static func merged(_ ranges: [Range<UInt64>]) -> [Range<UInt64>] {
        var merged: [Range<UInt64>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] =
                    last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    /// A date and time of MS-DOS, in steps of two seconds.
    private static func text(_ time: UInt64) -> String {
        func two(_ number: UInt64) -> String { (number < 10 ? "0" : "") + "\(number)" }
        let date = time >> 16
        return "\(1980 + (date >> 9))-\(two(date >> 5 & 15))-\(two(date & 31)) "
            + "\(two(time >> 11 & 31)):\(two(time >> 5 & 63)):\(two((time & 31) * 2))"
    }

    /// An entry of the central directory.
    private struct Entry {
        /// Bytes of the whole entry.
        let count: Int
        /// Time and date as MS-DOS has them.
        let time: UInt64
        let name: ArraySlice<UInt8>
        /// Where in the directory its extra fields lie.
        let extra: Range<Int>
        /// Where in the file the member's own header lies.
        let offset: UInt64

        init?(_ bytes: [UInt8], at start: Int) {
            guard bytes.integer(at: start, count: 4) == 0x0201_4B50, start + 46 <= bytes.count,
                let time = bytes.integer(at: start + 12, count: 4),
                let nameCount = bytes.integer(at: start + 28, count: 2),
                let extraCount = bytes.integer(at: start + 30, count: 2),
                let commentCount = bytes.integer(at: start + 32, count: 2),
                let offset = bytes.integer(at: start + 42, count: 4)
            else { return nil }
            count = 46 + Int(nameCount) + Int(extraCount) + Int(commentCount)
            guard start + count <= bytes.count else { return nil }
            let nameEnd = start + 46 + Int(nameCount)
            self.time = time
            self.offset = offset
            name = bytes[start + 46..<nameEnd]
            extra = nameEnd..<nameEnd + Int(extraCount)
        }
    }
}
