import Testing

@testable import Ext4Build
@testable import Report

/// The line of a progress bar.
@Suite struct RateMeterTests {
    @Test func `a survey says how many names it has found, and how fast`() {
        let progress = BuildProgress()
        let meter = RateMeter()
        progress.begin(.survey)
        #expect(meter.line(progress, at: .milliseconds(100)) == nil)
        #expect(!meter.hasShown)
        #expect(meter.line(progress, at: .milliseconds(1_050)) == "survey…")
        progress.add(files: 6_000)
        #expect(meter.line(progress, at: .milliseconds(1_600)) == "survey… 6,000 names, 4,000/s")
        #expect(meter.hasShown)
    }

    @Test func `a rate is one since its phase began`() {
        let progress = BuildProgress()
        let meter = RateMeter()
        progress.begin(.survey)
        _ = meter.line(progress, at: .milliseconds(100))
        progress.begin(.data, totalBytes: 100 << 20, totalFiles: 10)
        _ = meter.line(progress, at: .milliseconds(500))
        progress.add(bytes: 50 << 20)
        progress.add(files: 5)
        #expect(
            meter.line(progress, at: .milliseconds(3_000))
                == "data [######......] 50.0 MiB of 100.0 MiB, 5/10 files, 20.0 MiB/s, 2 s left")
        progress.begin(.sync)
        #expect(meter.line(progress, at: .milliseconds(3_100)) == "sync…")
    }
}
