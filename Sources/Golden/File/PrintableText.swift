import HostSystem

/// Text without control, invisible or direction-changing characters: it can be shown as it is.
enum PrintableText {
    /// Whether `bytes` are such text.
    static func holds(_ bytes: some Collection<UInt8>) -> Bool {
        if bytes.allSatisfy({ (0x20..<0x7F).contains($0) }) { return true }
        // A backslash is what an escaped name writes for everything else, so it stands for itself.
        let others = bytes.filter { $0 != UInt8(ascii: "\\") }
        return EscapedName(others).description.utf8.elementsEqual(others)
    }
}
