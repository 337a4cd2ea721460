import ArgumentParser
import Ext4Build
import HostSystem
import SourceTree
import SystemPackage

struct Build: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make an image.")
    @Option var root: String
    @Option(name: [.short, .long]) var output: String
    @Option var jobs = ThreadTeam.processorCount
    @Flag var noCheck = false
    @Flag var digest = false
    @Option var freeSpace: UInt64 = 32 << 20
    @Option var freeInodes: UInt64 = 2048

    func run() async throws {
        var tree = try FolderSurvey.tree(of: FilePath(root))
        tree.setOwner(uid: 0, gid: 0)
        if tree.child(of: 0, named: FileOrder.lostAndFound) == nil {
            var base = SourceTree()
            var lost = SourceNode(kind: .directory, permissions: 0o700)
            lost.name = base.intern(FileOrder.lostAndFound)
            base.setChildren(of: 0, to: [lost])
            tree = try base.overlaid(by: tree, lowerName: "a", upperName: "b")
        }
        let builder = ImageBuilder()
        var options = ImageOptions()
        options.freeBytes = freeSpace
        options.freeInodes = freeInodes
        let plan = try builder.plan(tree, options, jobs: jobs)
        var request = BuildRequest(output: FilePath(output))
        request.jobs = jobs
        request.check = !noCheck
        request.digest = digest
        if output.hasSuffix(".zst") { request.compressionLevel = 3 }
        let result = try await builder.build(plan, request)
        for (phase, duration) in result.phases { print(phase, duration) }
        print(plan.slack, plan.usage, plan.byteCount)
    }
}
