import HostSystem
import SystemPackage
import TestKit

@testable import Golden

/// Files to hash, and what the system's own tools say of them.
struct DigestFixture {
    let folder: ScratchFolder

    init(in parent: FilePath? = nil) throws {
        folder = try ScratchFolder(in: parent)
    }

    /// A file of `blocks` blocks in a pattern of data, zeros and holes that `seed` chooses.
    func image(blocks: Int, seed: UInt64, tail: Int = 0, density: UInt64 = 3) throws -> FilePath {
        let path = folder["image-\(blocks)-\(seed)-\(tail)"]
        let file = try FileDescriptor.open(
            path, .readWrite, options: [.create, .truncate], permissions: .ownerReadWrite)
        defer { try? file.close() }
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        for block in 0..<blocks {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            guard (state >> 33) % density == 0 else { continue }
            var bytes = [UInt8](repeating: 0, count: 4096)
            // One block in some is zeros that are written, not a hole; one holds one byte.
            if (state >> 40) % 5 != 0 { bytes[Int(state >> 50) % 4096] = UInt8(state >> 56) | 1 }
            if (state >> 45) % 2 == 0 {
                for index in bytes.indices {
                    bytes[index] = UInt8(truncatingIfNeeded: index &* block)
                }
            }
            try write(bytes, to: file, at: block * 4096)
        }
        try truncate(file, blocks * 4096 + tail)
        return path
    }

    func write(_ bytes: [UInt8], to file: FileDescriptor, at offset: Int) throws {
        _ = try bytes.withUnsafeBytes {
            try file.writeAll(toAbsoluteOffset: Int64(offset), $0)
        }
    }

    func truncate(_ file: FileDescriptor, _ count: Int) throws {
        try file.resize(to: Int64(count))
    }

    func bytes(of path: FilePath) throws -> [UInt8] {
        let file = try FileDescriptor.open(path, .readOnly)
        defer { try? file.close() }
        let count = Int(try file.seek(offset: 0, from: .end))
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            while used < count {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[used...])
                used += try file.read(fromAbsoluteOffset: Int64(used), into: rest)
            }
        }
    }

    func digest(
        _ path: FilePath, jobs: Int = 2, blocks: Bool = false, plain: Bool = false
    ) throws -> ImageDigest {
        let file = try FileDescriptor.open(path, .readOnly)
        defer { try? file.close() }
        let count = UInt64(try file.seek(offset: 0, from: .end))
        return try ImageDigest.compute(
            file, path: path, byteCount: count, jobs: jobs, blocks: blocks, plain: plain)
    }

    /// The root hash as cryptsetup's veritysetup prints it.
    func veritysetupRoot(_ path: FilePath) async throws -> String {
        let output = try await Shell.run(
            """
            veritysetup format --hash=sha256 --salt=- --data-block-size=4096 \
                --hash-block-size=4096 '\(path)' '\(folder["tree"])'
            """)
        let line = output.split(separator: "\n").first { $0.hasPrefix("Root hash:") }
        return line?.split(separator: ":").last?.trimmed ?? "no root in: \(output)"
    }
}

extension Substring {
    fileprivate var trimmed: String { String(drop(while: \.isWhitespace)) }
}
