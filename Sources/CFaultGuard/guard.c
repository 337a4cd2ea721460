#define _GNU_SOURCE
#include "CFaultGuard.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* A process maps one image for each image it compares; 1,024 is far beyond any command line. */
#define SLOT_COUNT 1024

static struct {
    atomic_uintptr_t start; /* 0: free; 1: being set up */
    atomic_uintptr_t end;
    atomic_int hit;
} slots[SLOT_COUNT];

static struct sigaction previous;
static uintptr_t page_size;

/* mmap is not on POSIX's list of functions for signal handlers, but on Linux it is one system call. */
static int replace_with_zeros(uintptr_t address) {
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
        uintptr_t start = atomic_load(&slots[slot].start);
        uintptr_t end = atomic_load(&slots[slot].end);
        if (start <= 1 || address < start || address >= end) continue;
        /* Up to the end of the range: a file that shrank has nothing after this page either, and one
         * mapping for each page would run into the kernel's limit on mappings. */
        uintptr_t page = address & ~(page_size - 1);
        void *zeros = mmap((void *)page, end - page, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
        if (zeros == MAP_FAILED) return 0;
        atomic_store(&slots[slot].hit, 1);
        return 1;
    }
    return 0;
}

static void on_bus_error(int number, siginfo_t *info, void *context) {
    int saved = errno;
    int handled = replace_with_zeros((uintptr_t)info->si_addr);
    errno = saved;
    if (handled) return;
    if ((previous.sa_flags & SA_SIGINFO) && previous.sa_sigaction) {
        previous.sa_sigaction(number, info, context);
    } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
        previous.sa_handler(number);
    } else {
        /* The instruction runs again, and ends the process as it would have without us. */
        signal(SIGBUS, SIG_DFL);
    }
}

static void install(void) {
    page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
    struct sigaction action = {0};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &previous);
}

int cfaultguard_watch(const void *start, size_t count) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
        uintptr_t free_slot = 0;
        if (!atomic_compare_exchange_strong(&slots[slot].start, &free_slot, 1)) continue;
        atomic_store(&slots[slot].hit, 0);
        atomic_store(&slots[slot].end, (uintptr_t)start + count);
        atomic_store(&slots[slot].start, (uintptr_t)start);
        return slot;
    }
    return -1;
}

int cfaultguard_was_hit(int slot) { return atomic_load(&slots[slot].hit); }

void cfaultguard_unwatch(int slot) {
    atomic_store(&slots[slot].end, 0);
    atomic_store(&slots[slot].start, 0);
}
