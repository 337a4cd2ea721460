internal import HostSystem
public import SystemPackage

/// Trees described in text, as in mtree(5): devices, owners and modes without being root.
///
/// Read is what bsdtar (libarchive) and FreeBSD's makefs read:
///
/// * A line is a name and keywords. A name with a slash (`./etc/passwd`) is a path from the root; one
///   without is in the current folder, a folder then becomes the current one, and `..` leaves it.
///   Several lines may describe one entry: the later one counts, keyword by keyword. A path that begins
///   with `./` may stand last, where `mtree -D` of NetBSD puts it.
/// * `/set` gives keywords to the lines that follow it, `/unset` takes them back. A backslash at the
///   end joins two lines; `#` at the beginning of a word begins a comment. Names are as in vis(3).
/// * `type=` file, dir, link, char, block, fifo or socket. Without one, `contents=` makes a file and
///   `link=` a symbolic link. Folders that no line describes are root's, with mode 0755.
/// * `mode=` octal or in symbols; else 0755 for folders and 0644 for others. Symbolic links: 0777.
/// * `uid=`, `gid=`; else `uname=` and `gname=`, which need a table; else 0.
/// * `time=` seconds.nanoseconds, of which the seconds are kept.
/// * `device=` a packed number, or `linux,MAJOR,MINOR` (or another of libarchive's names).
/// * `contents=` a file, relative to the folder of the text; without one, the entry's own path in that
///   folder, or an empty file where that does not exist and `size=` is 0 or missing. `size=` must be
///   what the contents have. `optional` entries whose contents do not exist are left out.
/// * `inode=`, `resdevice=`, `nlink=`: names with the same two numbers are hard links to one file,
///   unless `nlink=1`; they must say the same. Two names with the same `contents=` are two files.
/// * `xattr.NAME=` a value in base 64, as go-mtree has it.
/// * Digests (`sha256=` …), `cksum`, `flags`, `tags`, `ignore` and `nochange` are passed over. Every
///   other keyword is an error.
public enum Mtree {
    /// Reads a text and looks at the files that its contents are in.
    ///
    /// - Parameters:
    ///   - path: the text.
    ///   - users: the numbers of `uname=`.
    ///   - groups: the numbers of `gname=`.
    ///   - defaultTime: seconds since 1970 for entries without `time=`.
    ///   - addsLostAndFound: whether the root gets a folder lost+found where no line speaks of one.
    /// - Returns: the tree; an empty root for an empty text.
    /// - Throws: ``SourceError/malformed(file:line:reason:)`` for the first line that cannot be read,
    ///   or the first entry that makes no sense; ``SourceError/file(_:)`` if `path` cannot be read.
    public static func parse(
        path: FilePath, users: AccountTable = .empty, groups: AccountTable = .empty,
        defaultTime: Int64, addsLostAndFound: Bool = false
    ) throws(SourceError) -> SourceTree {
        let parser = MtreeParser(users: users, groups: groups)
        var draft = try MtreeReader.draft(of: TextInput.read(path), parser: parser) {
            (line, problem) throws(SourceError) in
            throw .malformed(file: EscapedName(path), line: line, reason: problem.reason)
        }
        if addsLostAndFound { draft.addLostAndFound() }
        return try MtreeBuilder(draft: draft, path: path, defaultTime: defaultTime).build()
    }
}
