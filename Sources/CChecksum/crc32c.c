#include "CChecksum.h"

#include <string.h>
#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

static uint32_t table[8][256];

/* The instruction takes a word every cycle and gives its result after three, so that three stretches
 * at once take the time of one. */
#define STRETCH 256

/* skip[k][b]: what a checksum's k-th byte b becomes when STRETCH zero bytes follow. */
static uint32_t skip[4][256];

static void fill_skip(void) {
    static const uint8_t zeros[STRETCH];
    for (int bit = 0; bit < 32; bit++) {
        skip[bit / 8][1 << bit % 8] = cchecksum_crc32c_portable((uint32_t)1 << bit, zeros, STRETCH);
    }
    for (int byte = 0; byte < 4; byte++) {
        for (int value = 1; value < 256; value++) {
            int low = value & -value;
            skip[byte][value] = skip[byte][value ^ low] ^ skip[byte][low];
        }
    }
}

/* Slicing by 8: table[k][b] is the checksum of byte b followed by k zero bytes. */
__attribute__((constructor)) static void fill_table(void) {
    const uint32_t polynomial = 0x82F63B78; /* 0x1EDC6F41 with its bits reversed */
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t value = byte;
        for (int bit = 0; bit < 8; bit++) value = (value >> 1) ^ (polynomial & -(value & 1));
        table[0][byte] = value;
    }
    for (int slice = 1; slice < 8; slice++) {
        for (int byte = 0; byte < 256; byte++) {
            uint32_t before = table[slice - 1][byte];
            table[slice][byte] = (before >> 8) ^ table[0][before & 0xFF];
        }
    }
    fill_skip();
}

uint32_t cchecksum_crc32c_portable(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    for (; count >= 8; count -= 8, next += 8) {
        uint32_t low = crc ^ ((uint32_t)next[0] | (uint32_t)next[1] << 8 | (uint32_t)next[2] << 16 |
                              (uint32_t)next[3] << 24);
        crc = table[7][low & 0xFF] ^ table[6][(low >> 8) & 0xFF] ^ table[5][(low >> 16) & 0xFF] ^
              table[4][low >> 24] ^ table[3][next[4]] ^ table[2][next[5]] ^ table[1][next[6]] ^
              table[0][next[7]];
    }
    for (; count > 0; count--, next++) crc = (crc >> 8) ^ table[0][(crc ^ *next) & 0xFF];
    return crc;
}

#if defined(__x86_64__)
static uint32_t skipped(uint64_t crc) {
    return skip[0][crc & 0xFF] ^ skip[1][(crc >> 8) & 0xFF] ^ skip[2][(crc >> 16) & 0xFF] ^
           skip[3][(crc >> 24) & 0xFF];
}

__attribute__((target("sse4.2"))) static uint32_t crc32c_sse42(
    uint32_t seed, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    uint64_t crc = seed;
    for (; count >= 3 * STRETCH; count -= 3 * STRETCH, next += 3 * STRETCH) {
        uint64_t second = 0, third = 0;
        for (size_t at = 0; at < STRETCH; at += 8) {
            uint64_t words[3];
            memcpy(&words[0], next + at, 8);
            memcpy(&words[1], next + STRETCH + at, 8);
            memcpy(&words[2], next + 2 * STRETCH + at, 8);
            crc = _mm_crc32_u64(crc, words[0]);
            second = _mm_crc32_u64(second, words[1]);
            third = _mm_crc32_u64(third, words[2]);
        }
        crc = skipped(skipped(crc) ^ second) ^ third;
    }
    for (; count >= 8; count -= 8, next += 8) {
        uint64_t word;
        memcpy(&word, next, 8);
        crc = _mm_crc32_u64(crc, word);
    }
    for (; count > 0; count--, next++) crc = _mm_crc32_u8((uint32_t)crc, *next);
    return (uint32_t)crc;
}
#endif

uint32_t cchecksum_crc32c(uint32_t seed, const void *bytes, size_t count) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2")) return crc32c_sse42(seed, bytes, count);
#endif
    return cchecksum_crc32c_portable(seed, bytes, count);
}
