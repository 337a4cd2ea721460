#pragma once

/* What Swift's own modules of the C library leave out. */

/* llistxattr, lgetxattr, flistxattr, fgetxattr. */
#include <sys/xattr.h>
