import ArgumentParser

/// A UUID as RFC 9562 writes it: 32 hexadecimal digits, with or without its hyphens.
struct UUIDArgument: ExpressibleByArgument {
    let bytes: [UInt8]

    init?(argument: String) {
        let groups = argument.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.count == 1 || groups.map(\.utf8.count) == [8, 4, 4, 4, 12] else { return nil }
        let digits = groups.joined().compactMap(\.hexDigitValue).map { UInt8($0) }
        guard digits.count == 32, groups.joined().utf8.count == 32 else { return nil }
        bytes = stride(from: 0, to: 32, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
