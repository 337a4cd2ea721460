import SystemPackage
import TestKit

@testable import Difference

/// A file of this machine as the content to look into.
struct ArrayContent: ContentBytes {
    var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    init(_ file: FilePath) throws {
        let descriptor = try FileDescriptor.open(file, .readOnly)
        defer { try? descriptor.close() }
        var all: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try part.withUnsafeMutableBytes { try descriptor.read(into: $0) }
            if count == 0 { break }
            all += part[..<count]
        }
        bytes = all
    }

    var byteCount: UInt64 { UInt64(bytes.count) }

    func bytes(at offset: UInt64, count: Int) -> [UInt8] {
        guard offset < byteCount else { return [] }
        return Array(bytes[Int(offset)...].prefix(count))
    }

    /// What a look says of two contents that differ.
    static func look(_ a: ArrayContent, _ b: ArrayContent) -> CulpritLook? {
        var budget = ContentBudget()
        let first =
            zip(a.bytes, b.bytes).enumerated().first { $1.0 != $1.1 }?.offset
            ?? min(a.bytes.count, b.bytes.count)
        return CulpritLook(a, b, firstDifference: UInt64(first), &budget)
    }
}
