public import Golden

/// What usually makes a difference, and which option pins it.
public enum CauseHint {
    /// One or two sentences for people; nil for what has no remedy of its own.
    public static func hint(for cause: Cause.Name) -> String? {
        switch cause {
        case .uuid:
            "mke2fs makes a random one. Pin it: assay build --uuid, mke2fs -U."
        case .label:
            "Pin it: assay build --label, mke2fs -L."
        case .hashSeed:
            "mke2fs makes a random one. assay build derives it from the UUID (--hash-seed); "
                + "mke2fs -E hash_seed=UUID."
        case .timestamp:
            "The clock, or times that the source's files have on this machine. Pin them: assay "
                + "build --epoch (or SOURCE_DATE_EPOCH); mke2fs before 1.47.1 needs faketime."
        case .directoryOrder:
            "mke2fs -d takes names in the order in which the host's directory has them. assay "
                + "build sorts them; e2fsck -D sorts by hash."
        case .inodeOrder:
            "Inodes are numbered in the order in which files are met. assay build has one order; "
                + "mke2fs -d follows the host's directories."
        case .blockPlacement:
            "Blocks are given out in the order in which files are written, after what was "
                + "there before. assay build plans the places; a mounted file system does not."
        case .owner:
            "The user who staged the files. Pin it: assay build --owner, mke2fs -E root_owner, "
                + "fakeroot."
        case .mode:
            "The umask or chattr flags of the host. assay build takes permissions from the "
                + "source only: stage it alike."
        case .xattr:
            "Labels or capabilities of the host's files. assay build takes those that --xattr "
                + "names; mke2fs -d copies all."
        case .content:
            "The files differ before they come into the image: look at what made them."
        case .added, .removed:
            "The source trees differ: look at what made them."
        case .hardLinks:
            "An optimised Nix store or cp -l links equal files. Decide: assay build --hard-links."
        case .geometry:
            "Another size or inode count. Pin it: assay build --size, --free-inodes; mke2fs -N, "
                + "the number of blocks; or it was resized."
        case .features:
            "Another mke2fs.conf or version of e2fsprogs. assay build has one set; mke2fs -O."
        case .generation:
            "The kernel gives every new inode a random generation: files were made while "
                + "mounted. assay build and mke2fs write 0."
        case .journal:
            "Another journal size (assay build --journal-size, mke2fs -J size=), or it was "
                + "mounted and written to."
        case .mounted:
            "It was mounted. Mount a copy, or with -o ro,noload."
        case .residue:
            "Bytes that carry no meaning: what was in the memory or the file before. Start from "
                + "an empty file; e2fsck -E discard or zerofree clears free blocks."
        case .checksum:
            "A checksum that is wrong on one side: the structure was changed behind the file "
                + "system's back. Ask assay check or e2fsck -fn."
        case .count:
            "A count or bitmap that is wrong on one side. Ask assay check or e2fsck -fn."
        case .unexplained:
            "No rule explains these bytes. assay inspect --offset says whose they are."
        }
    }
}
