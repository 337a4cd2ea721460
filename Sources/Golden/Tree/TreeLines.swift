import Ext4Image
import Ext4Layout
import ImageBytes

/// Writes the facts of one name: what a mounted file system shows of it, wherever its blocks lie.
///
/// docs/golden.md, "Entries", is the specification.
struct TreeLines: Sendable {
    let image: Ext4Image
    let survey: TreeSurvey
    let contents: ContentDigest
    let attributes: XattrFacts

    /// Adds the line of an entry, its keyword and its newline included, to `text`; its content digest
    /// may be left to `roots`, with the offset of zeros in the text that it takes the place of.
    func append(
        entry index: Int, to text: inout [UInt8], _ roots: inout ContentRootBatch
    ) throws(TreeError) {
        let entry = survey.entries[index]
        // Made only where it is printed.
        var path: [UInt8] { survey.path(ofEntry: index) }
        text.append(word: "entry ")
        survey.append(pathOfEntry: index, to: &text)
        if entry.first >= 0 {
            text.append(word: " hardlink=")
            survey.append(pathOfEntry: Int(entry.first), to: &text)
        } else {
            guard let inode = image.inode(entry.inode), let kind = inode.kind else {
                throw TreeError(path: ASCIIEscape.text(path), .missingInode(entry.inode))
            }
            do {
                try append(inode, kind, to: &text, &roots)
            } catch {
                // Which file finds no block left depends on the threads: it is not named.
                throw TreeError(
                    path: error == .blocksTwice ? "/" : ASCIIEscape.text(path), error)
            }
        }
        text.append(UInt8(ascii: "\n"))
    }

    private func append(
        _ inode: borrowing Inode, _ kind: FileKind, to text: inout [UInt8],
        _ roots: inout ContentRootBatch
    ) throws(TreeError.Reason) {
        text.append(word: " type=")
        text.append(word: Self.name(of: kind))
        text.append(word: " mode=")
        text.append(mode: inode.mode & 0o7777)
        text.append(word: " uid=")
        text.append(number: inode.user)
        text.append(word: " gid=")
        text.append(number: inode.group)
        if inode.project != 0 { text += " project=\(inode.project)".utf8 }
        if kind != .directory {
            text.append(word: " nlink=")
            text.append(number: inode.linksCount)
        }
        appendTimes(inode, to: &text)
        appendFlags(inode, to: &text)
        switch kind {
        case .regular: try appendContent(inode, to: &text, &roots)
        case .symlink:
            text.append(word: " link=")
            do {
                ASCIIEscape.append(try image.symlinkTarget(of: inode), to: &text)
            } catch { throw .format(error) }
        case .characterDevice, .blockDevice:
            let device = inode.device
            text += " device=\(device.major),\(device.minor)".utf8
        case .directory, .fifo, .socket: break
        }
        try attributes.append(of: inode, to: &text)
    }

    private static func name(of kind: FileKind) -> StaticString {
        switch kind {
        case .fifo: "fifo"
        case .characterDevice: "char"
        case .directory: "dir"
        case .blockDevice: "block"
        case .regular: "file"
        case .symlink: "link"
        case .socket: "socket"
        }
    }

    /// The modification time, and the others where they are not the same.
    private func appendTimes(_ inode: borrowing Inode, to text: inout [UInt8]) {
        let time = inode.modificationTime
        append(" time=", time, to: &text)
        if inode.accessTime != time { append(" atime=", inode.accessTime, to: &text) }
        if inode.changeTime != time { append(" ctime=", inode.changeTime, to: &text) }
        if let creation = inode.creationTime {
            if creation != time { append(" btime=", creation, to: &text) }
        }
    }

    private func append(_ keyword: StaticString, _ time: Timestamp, to text: inout [UInt8]) {
        text.append(word: keyword)
        text.append(number: time.seconds)
        guard time.nanoseconds != 0 else { return }
        let digits = String(time.nanoseconds)
        text += ".".utf8
        text += String(repeating: "0", count: max(0, 9 - digits.utf8.count)).utf8
        text += digits.utf8
    }

    /// What `lsattr` shows, without the flags that tell how the file is stored.
    private func appendFlags(_ inode: borrowing Inode, to text: inout [UInt8]) {
        let flags = inode.flags.subtracting(Self.storageFlags)
        guard !flags.isEmpty else { return }
        let names = InodeFlags.names.filter { flags.contains($0.0) }.map(\.1)
        text += " flags=\(names.joined(separator: ","))".utf8
    }

    static let storageFlags: InodeFlags = [
        .indexed, .hugeFile, .extents, .blocksPastEnd, .inlineData, .xattrInode,
    ]

    private func appendContent(
        _ inode: borrowing Inode, to text: inout [UInt8], _ roots: inout ContentRootBatch
    ) throws(TreeError.Reason) {
        text.append(word: " size=")
        text.append(number: inode.size)
        guard inode.size > 0 else { return }
        do {
            let leaves = try contents.leaves(of: inode)
            text.append(word: " content=")
            roots.add(leaves, place: text.count)
            text += repeatElement(UInt8(ascii: "0"), count: 2 * SHA256Digest.byteCount)
        } catch {
            switch error {
            case .format(let error): throw .format(error)
            case .blocksTwice: throw .blocksTwice
            }
        }
    }
}

extension TreeError.Reason: Error {}
