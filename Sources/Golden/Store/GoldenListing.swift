import HostSystem
public import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The goldens of a folder, and what is the matter with each.
public struct GoldenListing: Sendable {
    /// One golden.
    public struct Item: Equatable, Sendable {
        /// The path of its text, or of the text that waits where there is no other; escaped.
        public let golden: String
        /// Whether a change waits for a person.
        public let isPending: Bool
        /// Whether an image of its name was found.
        public let hasImage: Bool
        /// Whether a recipe of its name was found.
        public let hasRecipe: Bool
        /// Why it cannot be read; nil where it can.
        public let problem: String?
    }

    /// Sorted by the bytes of their names.
    public let items: [Item]

    /// More names in a folder are not looked at.
    static let nameLimit = 1 << 20

    /// Lists a folder. Images are looked for there and in `imageFolders`, recipes in the folder.
    ///
    /// - Throws: ``StoreError`` where the folder cannot be read.
    public init(of folder: FilePath, imageFolders: [FilePath]) throws(StoreError) {
        let names = try Self.names(in: folder)
        let present = Set(names)
        var stems = Set<[UInt8]>()
        for name in names {
            for suffix in [".golden", ".golden.new"] where Self.ends(name, with: suffix) {
                stems.insert(Array(name.dropLast(suffix.utf8.count)))
            }
        }
        var imageNames = present
        for other in imageFolders { imageNames.formUnion(try Self.names(in: other)) }
        items = stems.sorted { $0.lexicographicallyPrecedes($1) }.map { stem in
            let path = folder.appending(FilePath(bytes: stem + Array(".golden".utf8)).components)
            var problem: String?
            do { _ = try GoldenStore.load(path) } catch { problem = "\(error)" }
            return Item(
                golden: EscapedName(path).description,
                isPending: present.contains(stem + Array(".golden.new".utf8)),
                hasImage: Self.images.contains { imageNames.contains(stem + Array($0.utf8)) },
                hasRecipe: Self.recipes.contains { present.contains(stem + Array($0.utf8)) },
                problem: problem)
        }
    }

    private static let images = [
        "", ".img", ".raw", ".ext4", ".ext3", ".ext2", ".bin", ".zst", ".img.zst", ".raw.zst",
        ".ext4.zst",
    ]
    private static let recipes = [".recipe"]

    private static func ends(_ name: [UInt8], with suffix: String) -> Bool {
        name.count > suffix.utf8.count && name.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }

    private static func names(in folder: FilePath) throws(StoreError) -> [[UInt8]] {
        guard let stream = unsafe folder.withPlatformString({ unsafe opendir($0) }) else {
            throw .file(FileError("read", folder, Errno(rawValue: errno)))
        }
        defer { unsafe closedir(stream) }
        var names: [[UInt8]] = []
        while names.count < nameLimit, let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: UInt8.self, capacity: 256) { start in
                    unsafe Array(UnsafeBufferPointer(start: start, count: strlen(start)))
                }
            }
            names.append(name)
        }
        return names
    }
}
