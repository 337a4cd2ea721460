/// Looks for what makes images of the same content differ.
struct Lint {
    let session: CheckSession
    init(_ session: CheckSession) { self.session = session }
    func run() -> FindingLog { FindingLog() }
}
