import SystemPackage
import TestKit

/// Mounts images on loop devices, and listens to what the kernel says about them.
struct LoopMount {
    static let isPossible = isRoot && FilePath("/dev/loop-control").exists

    /// Whether root may resize what is mounted: CAP_SYS_RESOURCE (`ext4_resize_begin`).
    static let canResize: Bool = {
        guard let status = try? FileDescriptor.open("/proc/self/status", .readOnly) else {
            return false
        }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = (try? bytes.withUnsafeMutableBytes { try status.read(into: $0) }) ?? 0
        try? status.close()
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
        let effective = lines.first { $0.hasPrefix("CapEff:") }?.split(separator: "\t").last
        return UInt64(effective ?? "", radix: 16).map { $0 >> 24 & 1 == 1 } ?? false
    }()

    let image: FilePath
    let point: FilePath
    let device: String

    /// Mounts `image`, runs `body`, unmounts.
    ///
    /// - Returns: what the kernel logged about the file system as an error or a warning.
    static func with(
        _ image: FilePath, in folder: ScratchFolder, options: String = "rw",
        _ body: (LoopMount) async throws -> Void
    ) async throws -> [String] {
        let point = folder["mnt"]
        let before = try await kernelLines()
        let device = try await Shell.run(
            """
            mkdir -p '\(point)'; device=$(losetup --find --show '\(image)')
            mount -t ext4 -o \(options) "$device" '\(point)' || { losetup -d "$device"; exit 1; }
            printf %s "$device"
            """)
        let mount = LoopMount(image: image, point: point, device: device)
        do {
            try await body(mount)
        } catch {
            try await mount.end()
            throw error
        }
        try await mount.end()
        let name = device.split(separator: "/").last ?? ""
        return try await kernelLines().dropFirst(before.count).filter { line in
            line.contains("EXT4-fs") && line.contains(name)
                && ["error", "warning", "orrupt", "bad", "fail"].contains { line.contains($0) }
        }
    }

    private func end() async throws {
        // A process that began meanwhile in a mount namespace of its own holds the file system until it
        // ends. The device goes when the file system has gone, and only then is the journal empty.
        try await Shell.run(
            """
            umount '\(point)'; losetup -d '\(device)'
            for _ in {1..600}; do
                [ -n "$(losetup -j '\(image)')" ] || break
                sleep 0.1
            done
            """)
    }

    private static func kernelLines() async throws -> [String] {
        try await Shell.run("dmesg").split(separator: "\n").map(String.init)
    }
}

extension FilePath {
    fileprivate var exists: Bool { (try? Stat(self, followTargetSymlink: true)) != nil }
}
