import Ext4Layout
import ImageBytes

/// Looks for what makes images of the same content differ: what a clock, chance or a history has
/// left in one.
struct Lint {
    private let session: CheckSession
    private let epoch: Int64

    private var volume: Volume { session.volume }

    /// - Parameters:
    ///   - session: a check that ran to its end.
    ///   - epoch: the time that all time stamps should be; nil finds it out, see ``ImageEpoch``.
    init(_ session: CheckSession, epoch: Int64?) {
        self.session = session
        self.epoch = epoch ?? ImageEpoch.of(session.volume)
    }

    /// Looks for everything.
    func run() -> FindingLog {
        var log = FindingLog()
        IdentityLint(volume: volume, epoch: epoch).run(&log)
        checkGroups(&log)
        InodeLint(session: session, epoch: epoch).run(&log)
        OrderLint(session: session).run(&log)
        // What was read up to here is not needed for a while.
        volume.image.releaseAll()
        ResidueLint(session: session).run(&log)
        return log
    }

    /// Tables that a kernel fills in after the first mount, in its own time.
    private func checkGroups(_ log: inout FindingLog) {
        guard volume.hasDescriptorChecksums else { return }
        let lazy = volume.groups.indices.filter {
            !volume.groups[$0].flags.contains(.inodesZeroed)
        }
        guard let first = lazy.first else { return }
        log.add(
            .lintLazy, at: .group(first, field: "bg_flags"),
            "\(lazy.count) of \(volume.groups.count) inode tables were not written to their end: a "
                + "kernel does it after the first mount")
    }
}

/// The time that all time stamps of an image should be.
enum ImageEpoch {
    /// Nix's time of everything in a store, where an image shows no epoch of its own.
    static let standard: Int64 = 1
    /// The start of 1980, which is the earliest that some formats can say.
    private static let latestConventional: Int64 = 315_532_800

    /// The time that the image was made at as it says itself, if that was not the clock: it lies
    /// before anybody made such images, or the hash seed shows a maker that asks no clock.
    static func of(_ volume: Volume) -> Int64 {
        let made = volume.superblock.time(.makeTime)
        return made <= latestConventional || DerivedSeed.isDerived(volume.superblock)
            ? made : standard
    }
}

extension Superblock {
    /// The times in a superblock.
    enum Time: CaseIterable {
        case makeTime
        case writeTime
        case lastCheck
        case mountTime

        /// Where the low and the high part lie.
        var fields: (low: Field<UInt32>, high: Field<UInt8>) {
            switch self {
            case .makeTime: (Fields.makeTime, Fields.makeTimeHigh)
            case .writeTime: (Fields.writeTime, Fields.writeTimeHigh)
            case .lastCheck: (Fields.lastCheck, Fields.lastCheckHigh)
            case .mountTime: (Fields.mountTime, Fields.mountTimeHigh)
            }
        }
    }

    /// A time, in seconds since 1970.
    func time(_ time: Time) -> Int64 {
        Int64(self[time.fields.high]) << 32 | Int64(self[time.fields.low])
    }
}
