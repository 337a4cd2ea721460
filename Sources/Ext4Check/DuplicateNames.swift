import Ext4Layout
import ImageBytes

/// Finds the first names in a block of a directory that are there twice.
struct DuplicateNames {
    /// How a name is like one before it.
    enum Likeness {
        case same
        /// In a directory that folds case: the kernel finds one of the two. e2fsck lets it pass.
        case sameFolded
    }

    private var names = NameSet()
    private var foldedNames: Set<FoldedName> = []
    private var found: (same: Bool, folded: Bool) = (false, false)

    /// Forgets all names, for the next block.
    ///
    /// - Parameter room: how many names there can be at most.
    mutating func reset(room: Int) {
        names.reset(room: room)
        foldedNames.removeAll(keepingCapacity: true)
        found = (false, false)
    }

    /// Takes a name.
    ///
    /// - Parameters:
    ///   - name: where its bytes are.
    ///   - folded: the name where the directory folds case.
    ///   - slice: the block.
    /// - Returns: what is wrong with it; nil also where as much was said of the block before.
    mutating func insert(
        _ name: Range<Int>, _ folded: FoldedName?, _ slice: ImageSlice
    ) -> Likeness? {
        if !names.insert(name, slice) {
            defer { found.same = true }
            return found.same ? nil : .same
        }
        if let folded, !foldedNames.insert(folded).inserted {
            defer { found.folded = true }
            return found.folded ? nil : .sameFolded
        }
        return nil
    }
}
