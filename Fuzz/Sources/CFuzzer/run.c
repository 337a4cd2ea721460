#define _GNU_SOURCE
#include "CFuzzer.h"

#include <sys/mman.h>
#include <unistd.h>

/* In clang's runtime for `-fsanitize=fuzzer`; no header declares it. */
int LLVMFuzzerRunDriver(int *argument_count, char ***arguments,
                        int (*target)(const uint8_t *bytes, size_t count));

static CFuzzerTarget current;

static int try_input(const uint8_t *bytes, size_t count) {
    current(bytes, count);
    return 0;
}

int cfuzzer_run(int argument_count, char **arguments, CFuzzerTarget target) {
    current = target;
    return LLVMFuzzerRunDriver(&argument_count, &arguments, try_input);
}

uint8_t *cfuzzer_memory_file(size_t count, int *file) {
    *file = memfd_create("base", MFD_CLOEXEC);
    if (*file < 0 || ftruncate(*file, (off_t)count) != 0) return NULL;
    void *mapped = mmap(NULL, count, PROT_READ | PROT_WRITE, MAP_SHARED, *file, 0);
    return mapped == MAP_FAILED ? NULL : mapped;
}
