/* SHA-256 with the SHA instructions of x86, four rounds at a time. To be included after immintrin.h,
 * and where functions have the target attributes "sha,sse4.1,ssse3", or "sha" and what implies the others.
 */
#pragma once

#include "internal.h"

enum { page_bytes = 4096, digest_bytes = 32, chunk_bytes = 64, quads = 16 };

/* The eight state words as sha256rnds2 wants them. */
typedef struct {
    __m128i abef, cdgh;
} State;

static inline __m128i big_endian(__m128i words) {
    return _mm_shuffle_epi8(words, _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL));
}

static inline State load_state(const uint32_t words[8]) {
    return (State){
        .abef = _mm_set_epi32((int)words[0], (int)words[1], (int)words[4], (int)words[5]),
        .cdgh = _mm_set_epi32((int)words[2], (int)words[3], (int)words[6], (int)words[7]),
    };
}

/* The words in their order, as integers of this machine. */
static inline void store_state(State state, uint32_t words[8]) {
    /* From the top word down: a b e f and c d g h become a b c d and e f g h, lowest first. */
    const __m128i feba = _mm_shuffle_epi32(state.abef, 0x1b);
    const __m128i dchg = _mm_shuffle_epi32(state.cdgh, 0x1b);
    _mm_storeu_si128((__m128i *)words, _mm_unpacklo_epi64(feba, dchg));
    _mm_storeu_si128((__m128i *)(words + 4), _mm_unpackhi_epi64(feba, dchg));
}

static inline void store_digest(State state, uint8_t digest[digest_bytes]) {
    uint32_t words[8];
    store_state(state, words);
    for (int half = 0; half < 2; half++) {
        const __m128i four = _mm_loadu_si128((const __m128i *)(words + 4 * half));
        _mm_storeu_si128((__m128i *)(digest + 16 * half), big_endian(four));
    }
}

/* The words of rounds 4 * quad to 4 * quad + 3 with their constants added. `words` holds the sixteen
 * words before them, four at a place, and takes these. */
static inline __attribute__((always_inline)) __m128i next_words(
    __m128i words[4], const uint8_t *chunk, int quad
) {
    __m128i *now = words + quad % 4;
    if (quad < 4) {
        *now = big_endian(_mm_loadu_si128((const __m128i *)(chunk + 16 * quad)));
    } else {
        const __m128i before = words[(quad + 3) % 4];
        const __m128i seven_before = _mm_alignr_epi8(before, words[(quad + 2) % 4], 4);
        const __m128i early = _mm_sha256msg1_epu32(*now, words[(quad + 1) % 4]);
        *now = _mm_sha256msg2_epu32(_mm_add_epi32(early, seven_before), before);
    }
    const __m128i *constants = (const __m128i *)cblockhash_sha256_constants;
    return _mm_add_epi32(*now, _mm_load_si128(constants + quad));
}

static inline __attribute__((always_inline)) void four_rounds(State *state, __m128i words) {
    state->cdgh = _mm_sha256rnds2_epu32(state->cdgh, state->abef, words);
    state->abef = _mm_sha256rnds2_epu32(state->abef, state->cdgh, _mm_shuffle_epi32(words, 0x0e));
}

static inline __attribute__((always_inline)) void add_state(State *state, State before) {
    state->abef = _mm_add_epi32(state->abef, before.abef);
    state->cdgh = _mm_add_epi32(state->cdgh, before.cdgh);
}
