import SystemPackage
import TestKit
import Testing

@testable import SourceTree

@Suite struct Ext4ACLTests {
    private typealias Entry = (tag: UInt8, permissions: UInt8, id: UInt32)

    private func attribute(_ entries: [Entry]) -> [UInt8] {
        [2, 0, 0, 0]
            + entries.flatMap { entry in
                [entry.tag, 0, entry.permissions, 0]
                    + (0..<4).map { UInt8(truncatingIfNeeded: entry.id >> UInt32(8 * $0)) }
            }
    }

    private static let none = UInt32.max

    @Test func `entries of ids have eight bytes on disk and the others four`() throws {
        let list = try #require(
            Ext4ACL(
                attribute: attribute([
                    (0x01, 6, Self.none), (0x02, 7, 1000), (0x04, 4, Self.none),
                    (0x08, 5, 0x0001_0203), (0x10, 7, Self.none), (0x20, 0, Self.none),
                ])))
        let expected: [UInt8] = [
            1, 0, 0, 0, 0x01, 0, 6, 0, 0x02, 0, 7, 0, 0xE8, 3, 0, 0, 0x04, 0, 4, 0,
            0x08, 0, 5, 0, 3, 2, 1, 0, 0x10, 0, 7, 0, 0x20, 0, 0, 0,
        ]
        #expect(list.diskBytes == expected)
    }

    @Test(
        arguments: [
            [], [1, 0, 0, 0], [2, 0, 0, 0], [2, 0, 0], [2, 0, 0, 0, 1],
        ] as [[UInt8]])
    func `a value of another form is refused`(value: [UInt8]) {
        #expect(Ext4ACL(attribute: value) == nil)
    }

    @Test func `a list that the kernel would not take is refused`() {
        let (owner, group, other): (Entry, Entry, Entry) =
            ((0x01, 7, Self.none), (0x04, 5, Self.none), (0x20, 5, Self.none))
        #expect(Ext4ACL(attribute: attribute([owner, group, other])) != nil)
        let bad: [[Entry]] = [
            [owner, group], [group, owner, other], [owner, owner, group, other],
            [owner, (0x02, 7, 5), group, other], [(0x01, 8, Self.none), group, other],
            [owner, group, other, (0x40, 1, 0)], [owner, (0x03, 1, 1), group, other],
            [owner, (0x02, 7, Self.none), group, (0x10, 7, 0), other],
        ]
        for entries in bad { #expect(Ext4ACL(attribute: attribute(entries)) == nil, "\(entries)") }
    }
}
