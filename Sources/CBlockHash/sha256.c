/* SHA-256 of 4 KiB pages, two pages at a time, and of a message beside its pages.
 *
 * The SHA instructions of x86 wait for one another within one message: a second message in between
 * is almost free. The leaves of a dm-verity tree are independent pages of one size, so they can be
 * hashed in pairs; this measures 1.35 times one stream on
 * Intel, and the kernel's authors measured 2 times on AMD. Linux does
 * the same for fsverity and dm-verity (arch/x86, sha256_ni_finup2x). Elsewhere the caller falls
 * back on its own SHA-256.
 */
#include "internal.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#include <stdatomic.h>

/* FIPS 180-4, 4.2.2. */
const uint32_t cblockhash_sha256_constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* What FIPS 180-4, 5.1.1 appends to a message of 4096 bytes: a one bit and the length, 32,768 bits. */
static const uint8_t padding[64] __attribute__((aligned(16))) = {[0] = 0x80, [62] = 0x80};

static bool has_sha_extensions(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return false;
    bool ssse3 = c & bit_SSSE3, sse41 = c & bit_SSE4_1;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
    return ssse3 && sse41 && (b & bit_SHA);
}

bool cblockhash_has_sha256_pages(void) {
    /* Asked once: CPUID leaves a virtual machine and is slow there. */
    static _Atomic int answer = -1;
    int known = atomic_load_explicit(&answer, memory_order_relaxed);
    if (known < 0) {
        known = has_sha_extensions();
        atomic_store_explicit(&answer, known, memory_order_relaxed);
    }
    return known;
}

#pragma clang attribute push(__attribute__((target("sha,sse4.1,ssse3"))), apply_to = function)
#include "sha256_instructions.h"

/* FIPS 180-4, 5.3.3. */
const uint32_t cblockhash_sha256_initial[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

/* Takes one chunk into one state. */
static inline __attribute__((always_inline)) void compress(State *state, const uint8_t *chunk) {
    __m128i words[4];
    const State before = *state;
#pragma clang loop unroll(full)
    for (int quad = 0; quad < quads; quad++) four_rounds(state, next_words(words, chunk, quad));
    add_state(state, before);
}

/* Takes one chunk into each of two states. The rounds interleave; of one chunk for both the compiler
 * computes the words once. */
static inline __attribute__((always_inline)) void compress_two(
    State *first, const uint8_t *first_chunk, State *second, const uint8_t *second_chunk
) {
    __m128i first_words[4], second_words[4];
    const State first_before = *first, second_before = *second;
#pragma clang loop unroll(full)
    for (int quad = 0; quad < quads; quad++) {
        four_rounds(first, next_words(first_words, first_chunk, quad));
        four_rounds(second, next_words(second_words, second_chunk, quad));
    }
    add_state(first, first_before);
    add_state(second, second_before);
}

static bool is_wide(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}

void cblockhash_sha256_pages(const void *pages, size_t count, uint8_t *digests) {
    const uint8_t *const bytes = pages;
    size_t first = 0;
    if (is_wide()) {
        /* Five pairs take longer than sixteen at once. */
        while (count - first > 8) {
            const int some = count - first < 16 ? (int)(count - first) : 16;
            cblockhash_sha256_sixteen_pages(
                bytes + first * page_bytes, some, digests + first * digest_bytes);
            first += some;
        }
    }
    for (; first < count; first += 2) {
        /* An odd last page is hashed in both lanes and stored once. */
        const size_t second = first + 1 < count ? first + 1 : first;
        State one = load_state(cblockhash_sha256_initial), other = one;
        for (size_t offset = 0; offset < page_bytes; offset += chunk_bytes) {
            compress_two(
                &one, bytes + first * page_bytes + offset,
                &other, bytes + second * page_bytes + offset);
        }
        compress_two(&one, padding, &other, padding);
        store_digest(one, digests + first * digest_bytes);
        store_digest(other, digests + second * digest_bytes);
    }
}

void cblockhash_sha256_message(uint32_t words[8], const void *chunks, size_t count) {
    const uint8_t *const bytes = chunks;
    State state = load_state(words);
    for (size_t chunk = 0; chunk < count; chunk++) compress(&state, bytes + chunk * chunk_bytes);
    store_state(state, words);
}

void cblockhash_sha256_message_and_pages(
    uint32_t words[8], const void *pages, size_t count, uint8_t *digests
) {
    const uint8_t *bytes = pages;
    if (is_wide()) {
        for (; count >= 16; count -= 16) {
            cblockhash_sha256_message_and_sixteen_pages(words, bytes, digests);
            bytes += 16 * page_bytes;
            digests += 16 * digest_bytes;
        }
    }
    State message = load_state(words);
    for (; count > 0; count--) {
        State page = load_state(cblockhash_sha256_initial);
        for (size_t offset = 0; offset < page_bytes; offset += chunk_bytes) {
            compress_two(&message, bytes + offset, &page, bytes + offset);
        }
        compress(&page, padding);
        store_digest(page, digests);
        bytes += page_bytes;
        digests += digest_bytes;
    }
    store_state(message, words);
}
#pragma clang attribute pop

#else

bool cblockhash_has_sha256_pages(void) { return false; }

void cblockhash_sha256_pages(const void *pages, size_t count, uint8_t *digests) {
    (void)pages, (void)count, (void)digests;
    __builtin_trap();
}

void cblockhash_sha256_message(uint32_t words[8], const void *chunks, size_t count) {
    (void)words, (void)chunks, (void)count;
    __builtin_trap();
}

void cblockhash_sha256_message_and_pages(
    uint32_t words[8], const void *pages, size_t count, uint8_t *digests
) {
    (void)words, (void)pages, (void)count, (void)digests;
    __builtin_trap();
}
#endif
