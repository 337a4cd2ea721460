/// One fact that is another in the image, or in a second golden, than in the first.
public struct Change: Equatable, Sendable {
    public let cause: Cause.Name
    /// What the fact is about: `superblock s_uuid`, `group 3 bg_checksum`, `/etc/hostname time`.
    public let subject: String
    /// The path, for a fact of the tree; escaped.
    public let path: String?
    /// What it was; nil where it was not there.
    public let old: String?
    /// What it is; nil where it is gone.
    public let new: String?
    /// How many facts it stands for: more than one where they are counted and not listed.
    public let count: Int

    public init(
        _ cause: Cause.Name, _ subject: String, path: String? = nil, old: String?, new: String?,
        count: Int = 1
    ) {
        self.count = count
        self.cause = cause
        self.subject = subject
        self.path = path
        self.old = old
        self.new = new
    }
}

extension Change: CustomStringConvertible {
    public var description: String {
        switch (old, new) {
        case (let old?, let new?): "\(subject): \(old) in the golden, \(new) here"
        case (let old?, nil): "\(subject): \(old) in the golden, gone here"
        case (nil, let new?): "\(subject): not in the golden, \(new) here"
        case (nil, nil): subject
        }
    }
}

extension [Change] {
    /// The changes by cause: primary causes first, then derived ones, each in the order of
    /// ``Cause/Name``.
    public var causes: [Cause] {
        Cause.Name.allCases.compactMap { name in
            let own = filter { $0.cause == name }
            let count = own.reduce(0) { $0 + $1.count }
            return own.first.map { Cause(name, count: count, place: $0.subject) }
        }
    }
}
