/// Whose golden waits beside each of the goldens of one run: that of the first image that differs, so
/// that what was written for one is not replaced by another's unseen.
struct PendingOwners {
    private var owners: [GoldenPaths: Verification] = [:]

    /// The image whose golden waits; nil where this run left none.
    func owner(of paths: GoldenPaths) -> Verification? { owners[paths] }

    mutating func take(_ paths: GoldenPaths, for verification: Verification) {
        owners[paths] = verification
    }
}
