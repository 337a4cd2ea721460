import Ext4Check
import Ext4Image
import Ext4Layout
public import ImageBytes

extension StructureReport {
    /// What the checker says of an image.
    public init(checking image: MappedImage, jobs: Int) {
        let report = Checker(image).run()
        func finding(_ finding: CheckFinding) -> Finding {
            Finding(
                severity: finding.severity.rawValue, kind: finding.kind.rawValue,
                place: finding.place.description, message: finding.message)
        }
        self.init(
            findings: report.findings.map(finding), lint: report.lint.map(finding),
            slack: (try? Ext4Image(image)).map(Slack.init))
    }
}

extension StructureReport.Slack {
    /// Counts what root can write: the kernel withholds min(2 %, 4,096) clusters from everybody
    /// (`ext4_calculate_resv_clusters` in fs/ext4/super.c).
    init(_ image: Ext4Image) {
        let free = image.superblock.freeBlockCount
        let clusters = min(image.geometry.clusterCount / 50, 4096)
        let withheld = clusters * UInt64(image.geometry.blocksPerCluster)
        let usable = free - min(free, withheld)
        self.init(
            freeBlocks: free, kernelReservedBlocks: withheld, usableBlocks: usable,
            usableBytes: usable &* UInt64(image.geometry.blockSize),
            freeInodes: UInt64(image.superblock[Superblock.Fields.freeInodes]), maxOnlineBytes: 0)
    }
}
