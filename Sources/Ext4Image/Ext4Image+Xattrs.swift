public import Ext4Layout
public import ImageBytes

extension Ext4Image {
    /// Where extended attributes lie.
    public enum XattrPlace: Equatable, Sendable {
        /// In the inode, after its fields.
        case inode
        /// In the block that `i_file_acl` names.
        case block(UInt64)
    }

    /// The attributes in an inode, after the magic number; nil where it has none.
    public func xattrs(in inode: borrowing Inode) -> Range<Int>? {
        let area = inode.xattrArea
        guard inode.slice.count > 128, inode.extraSize > 0, area.count >= 4,
            area[Field<UInt32>("h_magic", at: 0)] == XattrHeader.magic
        else { return nil }
        return inode.slice.count - area.count + 4..<inode.slice.count
    }

    /// Gives out each extended attribute of an inode: those in it, then those in its block.
    ///
    /// - Parameters:
    ///   - inode: whose attributes.
    ///   - body: told the place, the entry, the area that the entry's name lies in, and the part
    ///     that its value lies in, which is nil where another inode holds it or it lies outside;
    ///     false ends the walk.
    public func forEachXattr(
        of inode: borrowing Inode,
        _ body: (XattrPlace, XattrEntry, _ area: ImageSlice, _ value: ImageSlice?) -> Bool
    ) {
        if let range = xattrs(in: inode) {
            let area = inode.slice.slice(range)
            guard forEachXattr(in: area, from: 0, place: .inode, body) else { return }
        }
        guard inode.xattrBlock != 0, let block = block(inode.xattrBlock),
            XattrHeader(decoding: block).magic == XattrHeader.magic
        else { return }
        _ = forEachXattr(
            in: block, from: XattrHeader.byteCount, place: .block(inode.xattrBlock), body)
    }

    private func forEachXattr(
        in area: ImageSlice, from start: Int, place: XattrPlace,
        _ body: (XattrPlace, XattrEntry, _ area: ImageSlice, _ value: ImageSlice?) -> Bool
    ) -> Bool {
        var offset = start
        // Every entry takes 16 bytes or more, so the area's size bounds the loop.
        while let entry = XattrEntry(in: area, at: offset), entry.nameRange.upperBound <= area.count
        {
            let value =
                entry.valueInode == 0
                ? area.slice(ifAt: UInt64(entry.valueOffset), count: Int(entry.valueSize)) : nil
            guard body(place, entry, area, value) else { return false }
            offset = entry.next
        }
        return true
    }

    /// An extended attribute, whole.
    public struct Xattr: Equatable, Sendable {
        /// The full name, its prefix included.
        public let name: [UInt8]
        public let value: [UInt8]
    }

    /// No value is larger (`EXT4_XATTR_SIZE_MAX`).
    public static let xattrValueLimit = 1 << 24

    /// The extended attributes of an inode but inline data, in the order they lie in.
    ///
    /// - Throws: `FormatError` where a value lies outside its place, or an inode that should hold
    ///   one does not.
    public func xattrs(of number: UInt32) throws(FormatError) -> [Xattr] {
        guard let inode = inode(number) else { throw missing(number) }
        var found: [Xattr] = []
        var failure: FormatError?
        forEachXattr(of: inode) { _, entry, area, value in
            let name =
                Array((entry.prefix ?? "\(entry.nameIndex).").utf8) + area.copy(entry.nameRange)
            if name == Self.inlineDataName { return true }
            do throws(FormatError) {
                found.append(
                    Xattr(name: name, value: try self.value(of: entry, in: area, value?.copy())))
            } catch { failure = error }
            return failure == nil
        }
        if let failure { throw failure }
        return found
    }

    private static let inlineDataName = Array("system.data".utf8)

    private func value(
        of entry: XattrEntry, in area: ImageSlice, _ local: [UInt8]?
    ) throws(FormatError) -> [UInt8] {
        if let local { return local }
        let place = area.origin + UInt64(entry.offset)
        guard entry.valueInode != 0 else {
            throw FormatError(
                "e_value_offs", at: place + 2,
                .outside(
                    value: UInt64(entry.valueOffset) + UInt64(entry.valueSize),
                    limit: UInt64(area.count)))
        }
        guard entry.valueSize <= UInt32(Self.xattrValueLimit) else {
            throw FormatError(
                "e_value_size", at: place + 8,
                .outOfRange(
                    value: UInt64(entry.valueSize), allowed: 0...UInt64(Self.xattrValueLimit)))
        }
        guard let holder = inode(entry.valueInode), holder.flags.contains(.xattrInode) else {
            throw FormatError(
                "e_value_inum", at: place + 4,
                .contradiction("names no inode that holds a value", UInt64(entry.valueInode), 0))
        }
        return try content(of: holder, limit: Int(entry.valueSize))
    }

    /// The second part of inline data, in the attribute `system.data`; nil where there is none.
    @_lifetime(borrow self)
    public func inlineRest(of inode: borrowing Inode) -> ImageSlice? {
        guard let range = xattrs(in: inode), let whole = self.inode(inode.number) else {
            return nil
        }
        let area = whole.slice.slice(range)
        var offset = 0
        while let entry = XattrEntry(in: area, at: offset), entry.nameRange.upperBound <= area.count
        {
            if entry.nameIndex == 7, area.copy(entry.nameRange) == Array("data".utf8) {
                return area.slice(ifAt: UInt64(entry.valueOffset), count: Int(entry.valueSize))
            }
            offset = entry.next
        }
        return nil
    }
}
