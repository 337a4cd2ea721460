extension ImageDigest {
    /// The offsets of the 4 KiB pages that touch `bytes` and hold a byte other than zero.
    func pagesWithData(in bytes: Range<UInt64>) -> [UInt64] {
        guard !bytes.isEmpty else { return [] }
        let size = UInt64(VerityTree.blockByteCount)
        let fanOut = UInt64(VerityTree.fanOut)
        let first = bytes.lowerBound / size
        let last = (bytes.upperBound - 1) / size
        var pages: [UInt64] = []
        var position = indexOfSpan(atLeast: first / fanOut)
        while position < spans.count, spans[position].index <= last / fanOut {
            let span = spans[position]
            for block in 0..<fanOut where span.present >> UInt128(block) & 1 == 1 {
                let page = span.index * fanOut + block
                if page >= first && page <= last { pages.append(page * size) }
            }
            position += 1
        }
        return pages
    }

    /// The position in ``spans`` of the first span whose index is not smaller.
    func indexOfSpan(atLeast index: UInt64) -> Int {
        var low = 0
        var high = spans.count
        while low < high {
            let middle = (low + high) / 2
            if spans[middle].index < index { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
