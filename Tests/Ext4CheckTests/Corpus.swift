import HostSystem
import SystemPackage
import TestKit

/// Upstream's test images with the verdicts of e2fsck, where the checkout has them beside it.
enum Corpus {
    /// An image and what is known of it.
    struct Entry: Sendable, CustomStringConvertible {
        let name: String
        let verdict: String

        var description: String { name }
    }

    private static let folder: FilePath = {
        var path = FilePath(#filePath)
        for _ in 0..<4 { path.removeLastComponent() }
        return path.appending("shared/corpus/ext4")
    }()

    /// The images; none where there is no corpus.
    static let entries: [Entry] = {
        guard let text = try? text(folder.appending("verdicts.tsv")) else { return [] }
        return text.split(separator: "\n").dropFirst().compactMap { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard columns.count >= 2 else { return nil }
            return Entry(name: String(columns[0]), verdict: String(columns[1]))
        }
    }()

    /// Unpacks one.
    static func unpack(_ entry: Entry, in scratch: ScratchFolder) async throws -> FilePath {
        let image = scratch["image"]
        try await Shell.run(
            "zstd -dqf --sparse '\(folder.appending(entry.name)).zst' -o '\(image)'")
        return image
    }

    private static func text(_ path: FilePath) throws -> String {
        let file = try FileDescriptor.open(path, .readOnly)
        defer { try? file.close() }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0) }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
