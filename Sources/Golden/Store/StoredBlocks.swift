import HostSystem
import SystemPackage

/// What stands at the place of a `.blocks` file, whosever it is.
struct StoredBlocks: Sendable {
    private let path: FilePath
    private let content: Result<(file: BlocksFile, digest: SHA256Digest), Flaw>

    /// Why there are no hashes, in words.
    private struct Flaw: Error {
        let text: String
    }

    init(at path: FilePath) {
        self.path = path
        let bytes: [UInt8]
        do throws(StoreError) {
            bytes = try GoldenStore.read(
                path, limit: GoldenStore.blocksByteLimit, signature: BlocksFile.magic)
        } catch {
            content = .failure(Flaw(text: "\(error)"))
            return
        }
        do throws(BlocksFile.FormatError) {
            content = .success((try BlocksFile(parsing: bytes), SHA256Digest(of: bytes)))
        } catch {
            content = .failure(Flaw(text: "\(EscapedName(path)): \(error)"))
        }
    }

    /// The hashes that belong to a golden, or what its reader should be told where there are none.
    func blocks(for golden: GoldenFile) -> (BlocksFile?, flaw: String?) {
        guard let pin = golden.blocks else { return (nil, nil) }
        let flaw: String
        switch content {
        case .failure(let found): flaw = found.text
        case .success(let (file, digest)):
            if file.root != golden.root || file.imageBytes != golden.imageBytes {
                flaw = "\(EscapedName(path)) belongs to another golden"
            } else if digest != pin.digest || UInt64(file.hashes.blockCount) != pin.count {
                flaw = "\(EscapedName(path)) is not the file that the golden names"
            } else {
                return (file, nil)
            }
        }
        return (nil, flaw)
    }
}
