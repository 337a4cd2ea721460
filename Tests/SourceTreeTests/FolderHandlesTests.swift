import SystemPackage
import TestKit
import Testing

@testable import SourceTree

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Folders and files are opened from the nearest folder that is open, whatever came between.
@Suite struct FolderHandlesTests {
    /// A package as a store has it, one with two folders, and a folder 40 below another.
    private static let maker = """
        mkdir -p tree/one/bin tree/two/bin tree/two/lib elsewhere/bin
        for folder in tree/{one/bin,two/bin,two/lib} elsewhere/bin; do echo $folder > $folder/program; done
        mkdir -p tree/$(printf 'deep/%.0s' {1..40}); (cd tree; for i in {1..40}; do cd deep; done; echo deep > program)
        """

    private func surveyed(_ scratch: ScratchFolder) async throws -> SourceTree {
        try await Shell.run(Self.maker, in: scratch.path)
        return try FolderSurvey.tree(of: scratch["tree"], jobs: 1)
    }

    /// The folder and the name of each file.
    private func files(_ tree: SourceTree) -> [(folder: UInt32, name: ByteRange, path: FilePath)] {
        tree.nodes.indices.compactMap { node in
            guard case .sibling(let folder) = tree.nodes[node].content,
                let path = tree.hostPath(of: node)
            else { return nil }
            return (folder, tree.nodes[node].name, path)
        }
    }

    private func inode(_ path: FilePath) throws -> UInt64 {
        let file = try FileDescriptor.open(path, .readOnly)
        defer { try? file.close() }
        return try inode(file.rawValue)
    }

    private func inode(_ descriptor: Int32) throws -> UInt64 {
        UInt64(try stat(of: descriptor).st_ino)
    }

    @Test func `each folder and each file is the one at its path`() async throws {
        let scratch = try ScratchFolder()
        let tree = try await surveyed(scratch)
        let files = files(tree)
        #expect(files.count == 4)
        // In the order of the tree and against it: with other folders open each time.
        for files in [files, files.reversed()] {
            let handles = FolderHandles()
            for (folder, name, path) in files {
                let descriptor = try handles.openFile(name, in: folder, of: tree)
                #expect(try inode(descriptor) == inode(path))
                close(descriptor)
            }
            for folder in tree.folders.indices {
                let descriptor = try handles.descriptor(of: UInt32(folder), in: tree)
                #expect(try inode(descriptor) == inode(tree.hostPath(UInt32(folder))))
            }
        }
    }

    /// Two packages that became links to another folder, which has all the names.
    @Test func `a link that took the place of a folder on the way is not followed`() async throws {
        let scratch = try ScratchFolder()
        let tree = try await surveyed(scratch)
        try await Shell.run(
            "for i in one two; do rm -r tree/$i; ln -s ../elsewhere tree/$i; done",
            in: scratch.path)
        for (folder, name, path) in files(tree) where !path.string.contains("deep") {
            let handles = FolderHandles()
            _ = try handles.descriptor(of: 0, in: tree)
            #expect(throws: SourceError.self) { try handles.descriptor(of: folder, in: tree) }
            #expect(throws: SourceError.self) { try handles.openFile(name, in: folder, of: tree) }
        }
    }
}
