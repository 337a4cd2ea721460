public import Ext4Layout
public import ImageBytes

extension Ext4Image {
    /// The first bytes of an inode's content, holes as zeros.
    ///
    /// - Parameters:
    ///   - inode: a regular file, a symlink or a value of an extended attribute.
    ///   - limit: no more bytes than this; it is the caller's memory.
    /// - Returns: `limit` bytes, or as many as the inode's size says.
    /// - Throws: `FormatError` where the map is broken before the limit.
    public func content(of inode: borrowing Inode, limit: Int) throws(FormatError) -> [UInt8] {
        let count = Int(min(UInt64(max(0, limit)), inode.size))
        if inode.flags.contains(.inlineData) {
            let first = inode.blockArea.copy()
            let rest = count > first.count ? inlineRest(of: inode)?.copy() ?? [] : []
            let all = Array((first + rest).prefix(count))
            return all + [UInt8](repeating: 0, count: count - all.count)
        }
        var bytes = [UInt8](repeating: 0, count: count)
        var failure: FormatError?
        walkMap(of: inode) { event in
            switch event {
            case .node: return true
            case .flaw(let flaw):
                failure = flaw
                return false
            case .run(let run):
                return self.copy(run, into: &bytes)
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Copies what of a run belongs into the bytes; false once they are full.
    private func copy(_ run: BlockRun, into bytes: inout [UInt8]) -> Bool {
        let size = UInt64(geometry.blockSize)
        if run.isUnwritten { return true }
        for index in 0..<run.length {
            let start = (run.logical + index) &* size
            guard start < UInt64(bytes.count) else { return false }
            // A block outside a truncated image reads as zeros here; checking names it.
            guard let block = block(run.physical + index) else { continue }
            let part = min(geometry.blockSize, bytes.count - Int(start))
            bytes.replaceSubrange(Int(start)..<Int(start) + part, with: block.copy(0..<part))
        }
        return true
    }

    /// Whether a symlink's target lies in the inode itself (`ext4_inode_is_fast_symlink`).
    public func isFastSymlink(_ inode: borrowing Inode) -> Bool {
        inode.kind == .symlink && !inode.flags.contains(.inlineData) && inode.size < 60
            && (!inode.flags.contains(.extents) || inode.blocks == 0)
    }

    /// No symlink's target is longer: one block of the largest size less its final zero.
    public static let symlinkLimit = 65535

    /// Where a symlink leads, as bytes.
    ///
    /// - Throws: `FormatError` where the map is broken.
    public func symlinkTarget(of inode: borrowing Inode) throws(FormatError) -> [UInt8] {
        if isFastSymlink(inode) { return inode.blockArea.copy(0..<Int(inode.size)) }
        return try content(of: inode, limit: Self.symlinkLimit)
    }

    /// Whether an inode's content lies in blocks, so that it has a map.
    public func hasMap(_ inode: borrowing Inode) -> Bool {
        if inode.flags.contains(.inlineData) { return false }
        switch inode.kind {
        case .regular, .directory: return true
        case .symlink: return !isFastSymlink(inode)
        case .fifo, .socket, .characterDevice, .blockDevice: return false
        case nil: return false
        }
    }
}
