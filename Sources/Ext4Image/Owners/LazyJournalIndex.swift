internal import Synchronization

/// A journal's index, made when it is first asked for: most questions are not about the journal.
final class LazyJournalIndex: Sendable {
    private let image: Ext4Image
    private let made = Mutex<JournalIndex?>(nil)

    init(_ image: Ext4Image) { self.image = image }

    func part(at logical: UInt64) -> ByteOwner.JournalPart {
        made.withLock { made in
            if made == nil { made = Journal(image).map(JournalIndex.init) }
            return made?.part(at: logical) ?? .unused
        }
    }
}
