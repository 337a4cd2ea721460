/// Looks for what makes images of the same content differ.
struct Lint {
    let session: CheckSession
    let epoch: Int64?
    init(_ session: CheckSession, epoch: Int64?) { self.session = session; self.epoch = epoch }
    func run() -> FindingLog { FindingLog() }
}
