import Ext4Layout
import ImageBytes

/// What of chance, a clock or a mount shows in the superblock.
struct IdentityLint {
    let volume: Volume
    let epoch: Int64

    private typealias Fields = Superblock.Fields

    /// Different values that the bytes of a UUID drawn at random have at least, but for one in
    /// many millions.
    private static let leastVariety = 9

    private var superblock: Superblock { volume.superblock }

    /// Looks for everything.
    func run(_ log: inout FindingLog) {
        checkTimes(&log)
        checkIdentity(&log)
        checkMounts(&log)
    }

    private func checkTimes(_ log: inout FindingLog) {
        for time in [Superblock.Time.makeTime, .writeTime, .lastCheck] {
            let value = superblock.time(time)
            if value != 0, value != epoch {
                log.add(
                    .lintTime, at: .superblock("\(time.fields.low.name)"),
                    "is \(value), the epoch is \(epoch)")
            }
        }
    }

    private func checkIdentity(_ log: inout FindingLog) {
        let uuid = superblock[Fields.uuid]
        if uuid[6] >> 4 == 4, uuid[8] >> 6 == 2, Set(uuid).count >= Self.leastVariety {
            log.add(.lintIdentity, at: .superblock("s_uuid"), "\(Self.text(uuid)) looks random")
        }
        let seed = superblock[Fields.hashSeed]
        // Without an index nothing is hashed, and old makers leave the seed at zero.
        if seed.contains(where: { $0 != 0 }), !DerivedSeed.isDerived(superblock) {
            log.add(
                .lintSeed, at: .superblock("s_hash_seed"),
                "is \(Self.text(seed)), from the UUID follows \(Self.text(DerivedSeed.of(uuid)))")
        }
    }

    /// A UUID as everybody writes it.
    private static func text(_ uuid: [UInt8]) -> String {
        var text = ""
        for (index, byte) in uuid.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        return text
    }

    private func checkMounts(_ log: inout FindingLog) {
        let counts: [(String, UInt64)] = [
            ("s_mnt_count", UInt64(superblock[Fields.mountCount])),
            ("s_mtime", UInt64(superblock.time(.mountTime))),
            ("s_kbytes_written", superblock[Fields.kilobytesWritten]),
            ("s_last_orphan", UInt64(superblock[Fields.lastOrphan])),
            ("s_error_count", UInt64(superblock[Fields.errorCount])),
        ]
        for (field, value) in counts where value != 0 {
            log.add(.lintMounted, at: .superblock(field), "is \(value), 0 in an image never used")
        }
        for field in [Fields.lastMounted, Fields.firstErrorFunction, Fields.lastErrorFunction]
        where superblock[field].contains(where: { $0 != 0 }) {
            log.add(
                .lintMounted, at: .superblock("\(field.name)"),
                "is not empty, as it is in an image never used")
        }
        if volume.incompatible.contains(.needsRecovery) {
            log.add(
                .lintMounted, at: .superblock("s_feature_incompat"),
                "needs_recovery is set: it is mounted, or was not unmounted")
        }
    }
}
