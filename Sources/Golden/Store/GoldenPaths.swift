import HostSystem
public import SystemPackage

/// The files that belong to one golden, from the path of its text.
public struct GoldenPaths: Hashable, Sendable {
    /// The text: `NAME.golden`.
    public let text: FilePath

    public init(_ text: FilePath) {
        self.text = text
    }

    /// The text of a golden that is to be called so: `NAME` and `NAME.golden` are both `NAME.golden`,
    /// since that is where one is looked for.
    public static func text(named name: FilePath) -> FilePath {
        name.extension == "golden" ? name : name.appendingSuffix(".golden")
    }

    /// The hash of every block: `NAME.blocks`.
    public var blocks: FilePath {
        var path = text
        if path.extension == "golden" {
            path.extension = "blocks"
        } else {
            path = path.appendingSuffix(".blocks")
        }
        return path
    }

    /// The files that a mismatch leaves beside these, until a person accepts or rejects them.
    public var pending: (text: FilePath, blocks: FilePath) {
        (text.appendingSuffix(".new"), blocks.appendingSuffix(".new"))
    }
}

extension FilePath {
    /// The path with text added to its last component.
    func appendingSuffix(_ suffix: String) -> FilePath {
        FilePath(bytes: bytes + Array(suffix.utf8))
    }
}
