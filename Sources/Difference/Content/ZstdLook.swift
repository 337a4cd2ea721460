internal import ImageBytes

/// zstd files that may expand to the same bytes.
enum ZstdLook {
    static func matches(_ start: [UInt8]) -> Bool {
        guard let magic = start.integer(at: 0, count: 4) else { return false }
        return magic == 0xFD2F_B528 || magic & 0xFFFF_FFF0 == 0x184D_2A50
    }

    static func finding(_ pair: ContentPair, _ budget: inout ContentBudget) -> CulpritFinding? {
        guard var left = Stream(pair.a), var right = Stream(pair.b) else { return nil }
        while true {
            let (one, other) = (left.peek(&budget), right.peek(&budget))
            guard let one, let other else { return nil }
            // Both are at their ends, or only one is.
            if one.isEmpty || other.isEmpty {
                guard one.isEmpty, other.isEmpty else { return nil }
                return CulpritFinding(
                    culprit: .compression, isAll: true, kind: "zstd",
                    words: "the compression, both expand to the same "
                        + "\(left.count) bytes")
            }
            let count = min(one.count, other.count)
            guard one.prefix(count) == other.prefix(count) else { return nil }
            left.drop(count)
            right.drop(count)
        }
    }

    /// The content of one side.
    private struct Stream {
        private let content: any ContentBytes
        private let expander: ZstdExpander
        private var offset: UInt64 = 0
        private var pending: ArraySlice<UInt8> = []
        /// Bytes that have been taken.
        private(set) var count: UInt64 = 0

        init?(_ content: any ContentBytes) {
            guard let expander = ZstdExpander() else { return nil }
            self.content = content
            self.expander = expander
        }

        /// The next bytes, none at the end; nil where the file is broken or the budget has ended.
        mutating func peek(_ budget: inout ContentBudget) -> ArraySlice<UInt8>? {
            while pending.isEmpty {
                var offset = offset
                // Also a step that gives nothing costs: a file may be made of empty frames.
                guard budget.expand(64) else { return nil }
                let step = expander.next {
                    let bytes = content.bytes(at: offset, count: ContentPair.window)
                    offset += UInt64(bytes.count)
                    return bytes
                }
                self.offset = offset
                switch step {
                case .end: return []
                case .broken: return nil
                case .bytes(let bytes):
                    guard budget.expand(bytes.count) else { return nil }
                    pending = bytes[...]
                }
            }
            return pending
        }

        mutating func drop(_ bytes: Int) {
            pending = pending.dropFirst(bytes)
            count += UInt64(bytes)
        }
    }
}
