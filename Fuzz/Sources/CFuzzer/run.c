#include "CFuzzer.h"

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
