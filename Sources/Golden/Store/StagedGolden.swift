import HostSystem
public import SystemPackage

/// Both files of a golden, written and synced before they have their names.
public struct StagedGolden {
    private let blocks: StagedOutput
    private let text: StagedOutput
    private let replaces: Bool

    init(blocks: StagedOutput, text: StagedOutput, replaces: Bool) {
        self.blocks = blocks
        self.text = text
        self.replaces = replaces
    }

    /// Gives them their names: the text last, so that it never names hashes that are not there.
    ///
    /// - Returns: the files that were not there before, for who has to take them back.
    /// - Throws: ``StoreError/exists`` where a name was taken meanwhile and may not be replaced, and what
    ///   the system says.
    @discardableResult
    public func commit() throws(StoreError) -> [FilePath] {
        let added = [blocks, text].compactMap(\.absentPath)
        try blocks.commit(replaces: replaces)
        do { try text.commit(replaces: replaces) } catch {
            // Hashes that no text names would only stand in the way of the next recording.
            if let path = added.first, path == blocks.path { GoldenStore.remove(path) }
            throw error
        }
        return added
    }
}
