#pragma once

#include <stddef.h>
#include <sys/types.h>

/* userfaultfd(2), whose ioctl numbers are macros that Swift does not see. */

/* A descriptor of userfaultfd(2) for cuserfault_insert, to be closed by the caller, or -1 where the
 * kernel has none or does not allow it. It is asked for user mode only, for which nobody needs rights. */
int cuserfault_open(void);

/* Puts a copy of `count` bytes, whole pages, into a file of a tmpfs at `offset`, where it has none yet.
 * Returns 0, or -1 with errno set, and then some of the pages may be there. */
int cuserfault_insert(int descriptor, int file, off_t offset, const void *bytes, size_t count);
