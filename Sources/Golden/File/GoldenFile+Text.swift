extension GoldenFile {
    /// The text of the file. Equal goldens have equal texts, and parsing the text gives the golden.
    public var text: [UInt8] {
        var text = Text()
        text.line("assay-golden \(Self.majorVersion).\(Self.minorVersion)")
        text.line(.imageBytes, "\(imageBytes)")
        text.line(.imageSHA256, sha256.hex)
        text.line(.root, root.hex)
        if let blocks { text.line(.blocks, "count=\(blocks.count) sha256=\(blocks.digest)") }
        if let layout { text.line(.layout, "\(layout)") }
        if let inputs { text.line(.inputs, "recipe=\(inputs.recipe) sources=\(inputs.sources)") }
        if let promise {
            text.line(
                .promise, "free-inodes=\(promise.freeInodes) free-bytes=\(promise.freeBytes)")
        }
        for fact in superblock { text.line(.superblock, "\(fact.name) \(fact.value)") }
        for group in groups {
            let facts = group.facts.map { " \($0.name)=\($0.value)" }.joined()
            text.line(.group, "\(group.number)\(facts)")
        }
        for owner in classes {
            text.line(
                .ownerClass, "\(owner.name) blocks=\(owner.blockCount) sha256=\(owner.digest)")
        }
        text.line(.tree, "entries=\(tree.entryCount) sha256=\(tree.digest)")
        for entry in entries { text.line(.entry, "\(entry.path) \(entry.facts)") }
        for span in spans {
            text.line(.span, "\(span.index) \(Base64.encode(span.digest.bytes))")
        }
        for waiver in waivers {
            text.line(.waiver, "\(waiver.subject) \(waiver.until) \(waiver.reason)")
        }
        let digest = SHA256Digest(of: text.bytes)
        text.line(.selfDigest, digest.hex)
        return text.bytes
    }

    private struct Text {
        var bytes: [UInt8] = []

        mutating func line(_ keyword: Keyword, _ rest: String) {
            bytes += keyword.rawValue.utf8
            bytes.append(UInt8(ascii: " "))
            line(rest)
        }

        mutating func line(_ text: String) {
            bytes += text.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
    }
}
