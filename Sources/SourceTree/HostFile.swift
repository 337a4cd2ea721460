/// What tells one file of this machine from another: the same pair is the same file.
struct HostFile: Hashable {
    let device: UInt64
    let inode: UInt64
}
