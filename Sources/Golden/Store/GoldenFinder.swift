import HostSystem
public import SystemPackage

/// Finds the golden of an image by its name.
public struct GoldenFinder: Sendable {
    /// The folder that the goldens lie in; nil for that of the image.
    public let folder: FilePath?

    public init(folder: FilePath?) {
        self.folder = folder
    }

    /// The golden of `NAME.img.zst` is `NAME.img.zst.golden`, `NAME.img.golden` or `NAME.golden`,
    /// whichever is there first in this order; nil where none is.
    public func golden(of image: FilePath) -> FilePath? {
        candidates(for: image).first { $0.isTaken }
    }

    /// The paths at which a golden of the image may lie, most particular first.
    public func candidates(for image: FilePath) -> [FilePath] {
        guard let name = image.lastComponent else { return [] }
        let folder = self.folder ?? image.removingLastComponent()
        var stem = FilePath(root: nil, [name])
        var paths: [FilePath] = []
        while true {
            paths.append(folder.appending(stem.components).appendingSuffix(".golden"))
            guard let suffix = stem.extension, Self.suffixes.contains(suffix) else { return paths }
            stem.extension = nil
        }
    }

    private static let suffixes: Set<String> = ["zst", "img", "raw", "ext4", "ext3", "ext2", "bin"]
}
