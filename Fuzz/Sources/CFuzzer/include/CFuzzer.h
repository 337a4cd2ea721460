#pragma once

#include <stddef.h>
#include <stdint.h>

/* Tries one input; the fuzzer hands it over and keeps what reaches new code. */
typedef void (*CFuzzerTarget)(const uint8_t *bytes, size_t count);

/* Runs libFuzzer with the program's arguments until it ends, and returns its exit status. */
int cfuzzer_run(int argument_count, char **arguments, CFuzzerTarget target);

/* A file in memory, without a name, that can be written to through the pointer returned: who maps
 * the file sees it change, so that an image is bent without a mapping for each input. NULL for none. */
uint8_t *cfuzzer_memory_file(size_t count, int *file);
