#pragma once

#include <stddef.h>

/* Keeps a process alive when a file shrinks while it is mapped.
 *
 * Reading a mapped page that the file no longer has raises SIGBUS. For registered ranges the
 * handler puts zero pages there instead and remembers that it did; the reader asks afterwards. */

/* Watches `count` bytes at `start` and returns a slot number, or -1 when all slots are taken. */
int cfaultguard_watch(const void *start, size_t count);

/* 1 once a page of the slot's range could not be read. */
int cfaultguard_was_hit(int slot);

/* Ends the watch. To be called before the range is unmapped. */
void cfaultguard_unwatch(int slot);
