#pragma once

#include <stddef.h>
#include <stdint.h>

/* CRC-32C (Castagnoli), reflected, without the final inversion: what the kernel's crc32c() and
 * e2fsprogs' ext2fs_crc32c_le() compute. Uses SSE 4.2 where the processor has it. */
uint32_t cchecksum_crc32c(uint32_t seed, const void *bytes, size_t count);

/* The same in plain C, for processors without the instruction and for the test that compares both. */
uint32_t cchecksum_crc32c_portable(uint32_t seed, const void *bytes, size_t count);
