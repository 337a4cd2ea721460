import SystemPackage
import TestKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The binary of the other configuration, release beside debug or debug beside release, where there
/// is one and it is not older than the sources.
enum OtherBinary {
    static let path: String? = {
        let folder = FilePath(Workshop.assay).removingLastComponent()
        let names = ["debug": "release", "release": "debug"]
        guard let other = folder.lastComponent.flatMap({ names[$0.string] }) else { return nil }
        let binary = folder.removingLastComponent().appending(other).appending("assay").string
        let package = FilePath(#filePath).removingLastComponent().removingLastComponent()
            .removingLastComponent()
        let isCurrent = system(
            """
            test -x '\(binary)' && cd '\(package.string)' &&
                test -z "$(find Package.swift Sources -newer '\(binary)' -print -quit)"
            """)
        return isCurrent == 0 ? binary : nil
    }()
}
