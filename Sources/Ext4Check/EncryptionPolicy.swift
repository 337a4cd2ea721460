import ImageBytes

/// The policy in an encryption context (`fscrypt_context_to_policy`).
enum EncryptionPolicy {
    /// What identifies the policy; empty for a version that is not known; nil for a corrupt one.
    static func bytes(_ disk: ImageSlice, _ value: Range<Int>) -> [UInt8]? {
        guard value.count >= 1 else { return nil }
        switch disk[byte: value.lowerBound] {
        case 0: return nil
        case 1:
            // Version, two modes, flags and the key's descriptor; then a nonce of 16 bytes.
            return value.count == 28 ? disk.copy(value.lowerBound..<value.lowerBound + 12) : nil
        case 2:
            // The same with a longer identifier of the key.
            return value.count == 40 ? disk.copy(value.lowerBound..<value.lowerBound + 24) : nil
        default: return []
        }
    }
}
