/* SHA-256 of 4 KiB pages, two pages at a time.
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

enum { page_bytes = 4096, digest_bytes = 32, chunk_bytes = 64, lanes = 2 };

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
static const uint8_t padding[chunk_bytes] __attribute__((aligned(16))) = {[0] = 0x80, [62] = 0x80};

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

/* The eight state words as sha256rnds2 wants them. */
typedef struct {
    __m128i abef, cdgh;
} State;

static inline State initial_state(void) {
    return (State){
        .abef = _mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c),
        .cdgh = _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19),
    };
}

/* Takes one 64-byte chunk of each lane into its state. The loops unroll; the lanes interleave. */
static inline __attribute__((always_inline)) void compress(
    State state[lanes], const uint8_t *const chunk[lanes]
) {
    const __m128i to_big_endian =
        _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    __m128i words[lanes][4];
    const State before[lanes] = {state[0], state[1]};

#pragma clang loop unroll(full)
    for (int quad = 0; quad < 16; quad++) {
        const __m128i constants = _mm_load_si128((const __m128i *)(cblockhash_sha256_constants + 4 * quad));
        const int now = quad % 4, next = (quad + 1) % 4, last = (quad + 3) % 4;
#pragma clang loop unroll(full)
        for (int lane = 0; lane < lanes; lane++) {
            __m128i *w = words[lane];
            if (quad < 4) {
                const __m128i raw = _mm_loadu_si128((const __m128i *)(chunk[lane] + 16 * quad));
                w[now] = _mm_shuffle_epi8(raw, to_big_endian);
            }
            __m128i input = _mm_add_epi32(w[now], constants);
            state[lane].cdgh = _mm_sha256rnds2_epu32(state[lane].cdgh, state[lane].abef, input);
            if (quad >= 3 && quad < 15) {
                const __m128i seventh = _mm_alignr_epi8(w[now], w[last], 4);
                w[next] = _mm_sha256msg2_epu32(_mm_add_epi32(w[next], seventh), w[now]);
            }
            input = _mm_shuffle_epi32(input, 0x0e);
            state[lane].abef = _mm_sha256rnds2_epu32(state[lane].abef, state[lane].cdgh, input);
            if (quad >= 1 && quad < 13) w[last] = _mm_sha256msg1_epu32(w[last], w[now]);
        }
    }
    for (int lane = 0; lane < lanes; lane++) {
        state[lane].abef = _mm_add_epi32(state[lane].abef, before[lane].abef);
        state[lane].cdgh = _mm_add_epi32(state[lane].cdgh, before[lane].cdgh);
    }
}

static inline void store_digest(State state, uint8_t *digest) {
    const __m128i to_big_endian =
        _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    /* From the top word down: a b e f and c d g h become a b c d and e f g h, lowest first. */
    const __m128i feba = _mm_shuffle_epi32(state.abef, 0x1b);
    const __m128i dchg = _mm_shuffle_epi32(state.cdgh, 0x1b);
    const __m128i abcd = _mm_unpacklo_epi64(feba, dchg);
    const __m128i efgh = _mm_unpackhi_epi64(feba, dchg);
    _mm_storeu_si128((__m128i *)digest, _mm_shuffle_epi8(abcd, to_big_endian));
    _mm_storeu_si128((__m128i *)(digest + 16), _mm_shuffle_epi8(efgh, to_big_endian));
}

void cblockhash_sha256_pages(const void *pages, size_t count, uint8_t *digests) {
    size_t first = 0;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")) {
        /* Five pairs take longer than sixteen at once. */
        while (count - first > 8) {
            const int some = count - first < 16 ? (int)(count - first) : 16;
            cblockhash_sha256_sixteen_pages(
                (const uint8_t *)pages + first * page_bytes, some, digests + first * digest_bytes);
            first += some;
        }
    }
    for (; first < count; first += lanes) {
        /* An odd last page is hashed in both lanes and stored once. */
        const size_t second = first + 1 < count ? first + 1 : first;
        const uint8_t *at[lanes] = {
            (const uint8_t *)pages + first * page_bytes,
            (const uint8_t *)pages + second * page_bytes,
        };
        State state[lanes] = {initial_state(), initial_state()};
        for (int chunk = 0; chunk < page_bytes / chunk_bytes; chunk++) {
            compress(state, at);
            at[0] += chunk_bytes;
            at[1] += chunk_bytes;
        }
        const uint8_t *const end[lanes] = {padding, padding};
        compress(state, end);
        store_digest(state[0], digests + first * digest_bytes);
        store_digest(state[1], digests + second * digest_bytes);
    }
}
#pragma clang attribute pop

#else

bool cblockhash_has_sha256_pages(void) { return false; }

void cblockhash_sha256_pages(const void *pages, size_t count, uint8_t *digests) {
    (void)pages, (void)count, (void)digests;
    __builtin_trap();
}
#endif
