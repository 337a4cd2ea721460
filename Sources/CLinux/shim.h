#pragma once

/* What Swift's own modules of the C library leave out. */

/* llistxattr, lgetxattr. */
#include <sys/xattr.h>

/* Declared only under _GNU_SOURCE, which Swift builds its module of the C library without. */
int pipe2(int ends[2], int flags);
