internal import CBlockHash

extension BlockHashes {
    /// The version of xxHash that was compiled in: "0.8.1".
    public static var libraryVersion: String {
        let number = cblockhash_xxh3_version()
        return "\(number / 10_000).\(number / 100 % 100).\(number % 100)"
    }
}
