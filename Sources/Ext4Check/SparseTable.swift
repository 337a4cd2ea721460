/// A value for each inode number, in pages that exist only where one was set. What a file system
/// claims to have costs nothing; memory follows the highest number that is in use.
struct SparseTable<Value: Sendable>: Sendable {
    private static var pageBits: Int { 10 }

    private let empty: Value
    private let pageLimit: Int
    private var pages: [[Value]?] = []

    /// - Parameters:
    ///   - limit: the first number that is not allowed.
    ///   - empty: what a number has that was never set.
    init(limit: Int, empty: Value) {
        self.empty = empty
        pageLimit = (limit >> Self.pageBits) + 1
    }

    /// The value of a number; setting one past the limit does nothing.
    subscript(number: UInt32) -> Value {
        get {
            let page = Int(number) >> Self.pageBits
            guard page < pages.count, let values = pages[page] else { return empty }
            return values[Int(number) & ((1 << Self.pageBits) - 1)]
        }
        set {
            let page = Int(number) >> Self.pageBits
            guard page < pageLimit else { return }
            if page >= pages.count {
                pages.append(contentsOf: repeatElement(nil, count: page + 1 - pages.count))
            }
            if pages[page] == nil {
                pages[page] = Array(repeating: empty, count: 1 << Self.pageBits)
            }
            pages[page]?[Int(number) & ((1 << Self.pageBits) - 1)] = newValue
        }
    }

    /// Whether any of up to 1,024 numbers may have been set; those of one page are all it asks.
    func mayHold(_ number: UInt32, count: Int) -> Bool {
        let first = Int(number) >> Self.pageBits
        let last = (Int(number) + count - 1) >> Self.pageBits
        return first < pages.count && pages[first] != nil
            || last < pages.count && pages[last] != nil
    }
}
