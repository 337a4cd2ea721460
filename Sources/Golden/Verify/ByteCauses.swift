import Ext4Image

/// Which cause a differing byte stands for, from whose it is. What the trees and the fields of two
/// images say comes first: this is for the bytes that they do not explain.
enum ByteCauses {
    static func cause(of owner: ByteOwner) -> Cause.Name {
        switch owner.place {
        case .superblock: CauseTable.cause(ofSuperblockField: owner.field ?? "")
        case .descriptor: descriptor(owner.field ?? "")
        case .bootArea, .superblockPadding, .descriptorPadding, .bitmapPadding, .inodeGap,
            .inodeTablePadding, .directoryGap, .xattrGap, .slack, .unwritten, .lost, .free,
            .pastEnd:
            .residue
        case .growth: .geometry
        case .blockBitmap, .inodeBitmap: .count
        case .inode: inode(owner.field ?? "")
        case .multiMount: .mounted
        case .extentNode, .indirectBlock:
            owner.field == "et_checksum" || owner.field == "eb_checksum"
                ? .checksum : .blockPlacement
        case .directoryEntry: .directoryOrder
        case .directoryTail: .checksum
        case .hashTree: owner.field == "dt_checksum" ? .checksum : .directoryOrder
        case .xattrHeader:
            owner.field == "h_checksum" || owner.field == "h_hash" ? .checksum : .xattr
        case .xattr: .xattr
        case .journal: .journal
        case .content: .content
        }
    }

    private static func descriptor(_ field: String) -> Cause.Name {
        if field.contains("csum") || field.contains("checksum") { return .checksum }
        if field.contains("_count") || field.contains("unused") { return .count }
        return field.contains("flags") ? .features : .geometry
    }

    private static func inode(_ field: String) -> Cause.Name {
        if field.contains("time") { return .timestamp }
        if field.contains("checksum") { return .checksum }
        if field.contains("uid") || field.contains("gid") || field.contains("projid") {
            return .owner
        }
        if field.contains("generation") || field.contains("version") { return .generation }
        return switch field {
        case "i_mode", "i_flags": .mode
        case "i_links_count": .hardLinks
        case "i_blocks", "i_blocks_lo", "i_blocks_high": .count
        case "i_file_acl", "i_file_acl_lo", "i_file_acl_high": .xattr
        case "i_size", "i_size_lo", "i_size_high": .content
        // The map, whole or a part of it: "i_block [0].ee_start".
        default: field.hasPrefix("i_block") ? .blockPlacement : .inodeOrder
        }
    }
}
