#pragma once

/* What Swift's own modules of the C library leave out. */

/* llistxattr, lgetxattr. */
#include <sys/xattr.h>

#include <sys/types.h>

/* Declared only under _GNU_SOURCE, which Swift builds its module of the C library without. */
int pipe2(int ends[2], int flags);
ssize_t copy_file_range(int source, off_t *source_offset, int target, off_t *target_offset,
                        size_t count, unsigned flags);
