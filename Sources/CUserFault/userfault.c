#define _GNU_SOURCE
#include "CUserFault.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Headers before Linux 5.11 do not have it; such kernels answer EINVAL. */
#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1
#endif

int cuserfault_open(void) {
    const int descriptor = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
    if (descriptor < 0) return -1;
    struct uffdio_api api = {.api = UFFD_API};
    if (ioctl(descriptor, UFFDIO_API, &api) == 0) return descriptor;
    close(descriptor);
    return -1;
}

int cuserfault_insert(int descriptor, int file, off_t offset, const void *bytes, size_t count) {
    void *const place = mmap(NULL, count, PROT_READ | PROT_WRITE, MAP_SHARED, file, offset);
    if (place == MAP_FAILED) return -1;
    struct uffdio_register range = {
        .range = {.start = (uintptr_t)place, .len = count},
        .mode = UFFDIO_REGISTER_MODE_MISSING,
    };
    struct uffdio_copy copy = {
        .dst = (uintptr_t)place, .src = (uintptr_t)bytes, .len = count,
        /* Nobody waits for these pages: the mapping is ours alone. */
        .mode = UFFDIO_COPY_MODE_DONTWAKE,
    };
    int result = ioctl(descriptor, UFFDIO_REGISTER, &range);
    if (result == 0) result = ioctl(descriptor, UFFDIO_COPY, &copy);
    const int reason = errno;
    munmap(place, count);
    errno = reason;
    return result;
}
