/// What usually makes two builds of one file differ.
enum Culprit: String, CaseIterable, Sendable {
    /// The build ID or another note of a program or library.
    case elfNotes = "elf-notes"
    /// Any other section of a program or library, such as `.debug_str` or `.comment`.
    case elfSection = "elf-section"
    /// The header of a gzip member: a time, a name, the system.
    case gzipHeader = "gzip-header"
    /// The same bytes, compressed in another way.
    case compression
    /// The time or hash of the source that compiled Python carries.
    case pythonSource = "python-source"
    /// Times, owners or modes of the members of a static library.
    case archiveMembers = "ar-members"
    /// Times of the members of a zip file: also jars and wheels.
    case zipTimes = "zip-times"
}

/// What looking into the two versions of a file found.
struct CulpritFinding {
    let culprit: Culprit
    /// What the culprit accounts for: the same ranges of both, in rising order, without overlaps.
    /// Empty where `isAll` says it all.
    var ranges: [Range<UInt64>] = []
    /// Whether the culprit accounts for every difference; nil where the ranges tell.
    var isAll: Bool?
    /// The kind of file, such as `ELF`.
    let kind: String
    /// What differs, such as `build ID 1f against 2e`.
    let words: String
    /// The sections that tell where anything else lies, in an ELF file.
    var sections: ELFSections?
}
