#pragma once

#include <stddef.h>
#include <stdint.h>

/* Tries one input; the fuzzer hands it over and keeps what reaches new code. */
typedef void (*CFuzzerTarget)(const uint8_t *bytes, size_t count);

/* Runs libFuzzer with the program's arguments until it ends, and returns its exit status. */
int cfuzzer_run(int argument_count, char **arguments, CFuzzerTarget target);
