/// Why a thread stopped copying.
enum CopyStop: Error {
    case failed(BuildError)
    /// A block of zeros where the plan had data, in a plan that was a guess.
    case foundHole
}
