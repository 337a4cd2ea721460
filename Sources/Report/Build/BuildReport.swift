public import Ext4Build
internal import Golden
internal import HostSystem

/// What `build` prints when it is done.
public struct BuildReport: CommandReport {
    private let result: BuildResult
    private let image: EscapedName

    /// - Parameters:
    ///   - result: what came of the build.
    ///   - image: the name of the output as it was given, as bytes.
    public init(_ result: BuildResult, image: [UInt8]) {
        self.result = result
        self.image = EscapedName(image)
    }

    public var text: String {
        let plan = result.plan
        var text = "\(image): \(Format.count(plan.byteCount)) bytes "
        text +=
            "(\(Format.bytes(plan.byteCount))), \(Format.count(plan.fileCount)) files and folders"
        if result.outputByteCount != plan.byteCount {
            text += ", compressed to \(Format.bytes(result.outputByteCount))"
        }
        text += "\n" + SlackReport.text(plan.slack)
        if let root = result.root { text += "root        \(root.hex)\n" }
        if let plain = result.sha256 { text += "sha256      \(plain.hex)\n" }
        let phases = result.phases.map { "\($0.phase) \(Format.seconds($0.duration))" }
        return text + "seconds     " + phases.joined(separator: ", ") + "\n"
    }

    public var json: JSONValue {
        let plan = result.plan
        var members: [String: JSONValue] = [
            "format": "assay-build/1",
            "image": .string("\(image)"),
            "bytes": .number(plan.byteCount),
            "blocks": .number(plan.geometry.blockCount),
            "inodes": .number(plan.geometry.inodeCount),
            "files": .number(plan.fileCount),
            "layout": 1,
            "output_bytes": .number(result.outputByteCount),
            "usage": PlanReport.usage(plan.usage),
            "slack": SlackReport.json(plan.slack),
            "phases": .object(
                Dictionary(
                    result.phases.map { ("\($0.phase)", Format.json($0.duration)) },
                    uniquingKeysWith: { $1 })),
        ]
        if let root = result.root { members["root"] = .string(root.hex) }
        if let plain = result.sha256 { members["sha256"] = .string(plain.hex) }
        return .object(members)
    }
}
