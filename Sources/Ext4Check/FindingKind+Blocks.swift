extension FindingKind {
    /// What is wrong with a block or an extent of a file, for the kinds that say so by themselves.
    var blockProblem: String {
        switch self {
        case .blockNumber: "a block outside the file system"
        case .directoryTooBig: "past the largest size of a directory"
        case .fileTooBig: "past the largest size of a file"
        case .extentPlace: "an extent outside the file system"
        case .extentOrder: "an extent that starts before the end of the one before it"
        case .extentOverlap: "an extent that overlaps one before it"
        case .extentBounds: "an extent outside what its index covers"
        case .extentEmpty: "an extent without blocks"
        default: "unsound"
        }
    }
}
