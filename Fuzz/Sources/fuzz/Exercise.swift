import Ext4Check
import Ext4Image
import Ext4Layout
import Golden
import ImageBytes

/// Reads an image in every way there is. Errors are the normal case; a trap, a long run or much
/// memory is a find.
struct Exercise {
    private let bytes: MappedImage
    /// Blocks that were changed.
    private let touched: [UInt64]

    init(_ bytes: MappedImage, touched: [UInt64]) {
        self.bytes = bytes
        self.touched = touched
    }

    func run() {
        let report = Checker(bytes).run(jobs: 1, lint: touched.count % 2 == 0)
        // What a report prints must not grow with the input.
        precondition(report.findings.count <= Self.findingLimit)
        guard let image = try? Ext4Image(bytes) else { return }
        readInodes(image)
        readOwners(image)
        if let journal = Journal(image) {
            _ = JournalReplay(of: journal)
            if journal.isDirty, let replayed = try? image.replayed() { readInodes(replayed.image) }
        }
        // Every byte is hashed for it.
        if touched.count % 3 == 0 { record() }
        if touched.contains(1) {
            _ = image.superblock.values
            _ = image.superblock.featureNames
        }
    }

    private func record() {
        guard
            let survey = try? ImageSurvey(
                of: bytes, jobs: 1, blocks: true, plain: true, entries: true)
        else { return }
        _ = (try? Recording(of: survey))?.golden.text
    }

    /// Far beyond what a small image can have wrong, and far below what would fill a memory.
    private static let findingLimit = 1 << 20

    /// Blocks whose bytes are all asked for; more of them tell no more.
    private static let touchedLimit = 6

    /// Groups that share a table make a block's owners many, and all alike.
    private static let ownerLimit = 8

    /// The bases have up to 64 inodes; a mutant may claim any number.
    private static let inodeLimit: UInt32 = 64

    private func readInodes(_ image: Ext4Image) {
        for number in 1...min(Self.inodeLimit, image.inodeNumbers.upperBound) {
            guard let inode = image.inode(number) else { continue }
            if inode.slice.isZero { continue }
            _ = image.checksums.isValid(inode)
            if number % 16 == 12 { _ = inode.values }
            _ = try? image.xattrs(of: number)
            switch inode.kind {
            case .directory:
                _ = try? image.entries(ofDirectory: number)
            case .symlink:
                _ = try? image.symlinkTarget(of: inode)
            case .regular:
                _ = try? image.content(of: inode, limit: 1 << 16)
            default:
                break
            }
        }
        _ = try? image.inode(atPath: Array("/many/7".utf8))
    }

    private func readOwners(_ image: Ext4Image) {
        let owners = OwnerMap(of: image, workers: 1)
        let paths = PathIndex(of: image, workers: 1)
        let size = UInt64(image.geometry.blockSize)
        for block in touched.prefix(Self.touchedLimit) {
            for owner in owners.owners(of: block).prefix(Self.ownerLimit) {
                for offset in stride(from: 0, to: Int(size), by: 61) {
                    let found = owners.owner(ofByte: offset, in: block, owner)
                    // What a report prints must be a range that holds the byte.
                    precondition(found.bytes.contains(block * size + UInt64(offset)))
                }
            }
        }
        for number in stride(from: UInt32(2), to: 64, by: 5) { _ = paths.path(of: number) }
    }
}
