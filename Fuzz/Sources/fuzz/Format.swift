import Golden
import HostSystem
import ImageBytes
import SourceTree
import SystemPackage

/// What comes from anywhere beside images: the input's first byte says which, the rest is it.
enum Format: UInt8, CaseIterable {
    case partitionTable
    case compressed
    case golden
    case blocks
    case mtree
    case registration

    static func run(_ input: [UInt8]) {
        guard let first = input.first else { return }
        let bytes = Array(input.dropFirst())
        let format = Format(rawValue: first % UInt8(allCases.count)) ?? .golden
        // Errors are the normal case here too.
        switch format {
        case .partitionTable: _ = try? PartitionTable(of: ImageSlice(bytes.rawSpan))
        case .compressed: expand(bytes)
        case .golden: parseGolden(bytes)
        case .blocks: _ = try? BlocksFile(parsing: bytes)
        case .mtree:
            withFile(bytes) { _ = try? Mtree.parse(path: $0, defaultTime: 1) }
        case .registration:
            _ = try? Registration(parsing: bytes, file: EscapedName("registration".utf8))
        }
    }

    /// Makes the digest on the last line right, without which nothing else is looked at.
    private static func parseGolden(_ bytes: [UInt8]) {
        var text = bytes
        if text.last != UInt8(ascii: "\n") { text.append(UInt8(ascii: "\n")) }
        let digest = SHA256Digest(of: text)
        text += Array("self-sha256 \(digest.hex)\n".utf8)
        guard let golden = try? GoldenParser.parse(text).golden else { return }
        // What was read is written the same way again.
        let again = try? GoldenParser.parse(golden.text).golden
        precondition(again == golden)
    }

    private static func expand(_ bytes: [UInt8]) {
        withFile([0x28, 0xB5, 0x2F, 0xFD] + bytes) { path in
            let source = ImageSource(path: path, workers: 1, expansionLimit: 1 << 20)
            guard let image = try? source.open() else { return }
            _ = image.slice.firstNonZero(in: 0..<image.count)
        }
    }

    /// A folder with nothing else in it, since an mtree names files beside itself.
    nonisolated(unsafe) static var folder = FilePath("/nonexistent")

    private static func withFile(_ bytes: [UInt8], _ body: (FilePath) -> Void) {
        let path = folder.appending("input")
        do {
            let file = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .truncate],
                permissions: [.ownerReadWrite])
            try file.closeAfter { _ = try file.writeAll(bytes) }
        } catch { fatalError("cannot write \(path): \(error)") }
        body(path)
    }
}
