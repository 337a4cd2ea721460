#pragma once

/* What Swift's own modules of the C library leave out. */

/* llistxattr, lgetxattr. */
#include <sys/xattr.h>

/* statfs. */
#include <sys/statfs.h>

#include <sys/types.h>

/* Declared only under _GNU_SOURCE, which Swift builds its module of the C library without. */
int pipe2(int ends[2], int flags);
ssize_t copy_file_range(int source, off_t *source_offset, int target, off_t *target_offset,
                        size_t count, unsigned flags);
long syscall(long number, ...);

#include <stdint.h>
#include <sys/syscall.h>

/* getdents64(2), which C libraries name and declare in different ways. */
static inline ssize_t clinux_getdents(int folder, void *entries, size_t count) {
    return syscall(SYS_getdents64, folder, entries, count);
}

/* openat2(2) without following any link, the last name included: RESOLVE_NO_SYMLINKS (linux/openat2.h,
 * which not every C library comes with). */
static inline int clinux_open_without_links(int folder, const uint8_t *path, int flags) {
    const struct {
        uint64_t flags, mode, resolve;
    } how = {.flags = (uint32_t)flags, .resolve = 0x04};
    return (int)syscall(437 /* SYS_openat2, the same everywhere */, folder, path, &how, sizeof(how));
}

/* renameat2(2) that replaces nothing (RENAME_NOREPLACE, linux/fs.h). */
static inline int clinux_rename_to_free(const char *old_path, const char *new_path) {
    return (int)syscall(SYS_renameat2, -100 /* AT_FDCWD */, old_path, -100, new_path, 1);
}

/* How many processors this thread may run on, which is less than there are under taskset or a cpuset;
 * less than 1 where the kernel does not say. There is room for 8,192, the most it can be built for. */
static inline int clinux_processor_count(void) {
    unsigned long set[8192 / (8 * sizeof(long))];
    const long filled = syscall(SYS_sched_getaffinity, 0, sizeof(set), set);
    int count = 0;
    for (long word = 0; word < filled / (long)sizeof(*set); word++)
        count += __builtin_popcountl(set[word]);
    return count;
}

#include <malloc.h>

/* Gives memory that was freed back to the system, of which glibc keeps small pieces. */
static inline void clinux_trim_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
