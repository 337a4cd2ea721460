/* SHA-256 of sixteen 4 KiB pages at once, each 32-bit lane of an AVX-512 register is one page, and of
 * a message beside them.
 *
 * Measured on a Xeon of 2023: 1.8 times the pairs of sha256.c, whose instructions share one port.
 */
#include "internal.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,sha"))), apply_to = function)
#include "sha256_instructions.h"

enum { lanes = 16 };

static inline __m512i xor3(__m512i a, __m512i b, __m512i c) {
    return _mm512_ternarylogic_epi32(a, b, c, 0x96);
}

/* The functions of FIPS 180-4, 4.1.2. */
static inline __m512i choose(__m512i e, __m512i f, __m512i g) {
    return _mm512_ternarylogic_epi32(e, f, g, 0xca);
}
static inline __m512i majority(__m512i a, __m512i b, __m512i c) {
    return _mm512_ternarylogic_epi32(a, b, c, 0xe8);
}
static inline __m512i big_sigma0(__m512i x) {
    return xor3(_mm512_ror_epi32(x, 2), _mm512_ror_epi32(x, 13), _mm512_ror_epi32(x, 22));
}
static inline __m512i big_sigma1(__m512i x) {
    return xor3(_mm512_ror_epi32(x, 6), _mm512_ror_epi32(x, 11), _mm512_ror_epi32(x, 25));
}
static inline __m512i small_sigma0(__m512i x) {
    return xor3(_mm512_ror_epi32(x, 7), _mm512_ror_epi32(x, 18), _mm512_srli_epi32(x, 3));
}
static inline __m512i small_sigma1(__m512i x) {
    return xor3(_mm512_ror_epi32(x, 17), _mm512_ror_epi32(x, 19), _mm512_srli_epi32(x, 10));
}

/* Turns sixteen rows of sixteen words into columns: word w of every row ends up in rows[w]. */
static inline __attribute__((always_inline)) void transpose(__m512i rows[lanes]) {
    __m512i pairs[lanes], quads[lanes];
#pragma clang loop unroll(full)
    for (int i = 0; i < lanes; i += 2) {
        pairs[i] = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
        pairs[i + 1] = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < lanes; i += 4) {
        quads[i] = _mm512_unpacklo_epi64(pairs[i], pairs[i + 2]);
        quads[i + 1] = _mm512_unpackhi_epi64(pairs[i], pairs[i + 2]);
        quads[i + 2] = _mm512_unpacklo_epi64(pairs[i + 1], pairs[i + 3]);
        quads[i + 3] = _mm512_unpackhi_epi64(pairs[i + 1], pairs[i + 3]);
    }
    /* quads[4r + c] holds column c of rows 4r.. in its first 128 bits, column c + 4 in the next. */
#pragma clang loop unroll(full)
    for (int c = 0; c < 4; c++) {
        const __m512i low01 = _mm512_shuffle_i32x4(quads[c], quads[c + 4], 0x44);
        const __m512i high01 = _mm512_shuffle_i32x4(quads[c], quads[c + 4], 0xee);
        const __m512i low23 = _mm512_shuffle_i32x4(quads[c + 8], quads[c + 12], 0x44);
        const __m512i high23 = _mm512_shuffle_i32x4(quads[c + 8], quads[c + 12], 0xee);
        rows[c] = _mm512_shuffle_i32x4(low01, low23, 0x88);
        rows[c + 4] = _mm512_shuffle_i32x4(low01, low23, 0xdd);
        rows[c + 8] = _mm512_shuffle_i32x4(high01, high23, 0x88);
        rows[c + 12] = _mm512_shuffle_i32x4(high01, high23, 0xdd);
    }
}

/* Takes the words of one chunk of every page into the states. Zeros stay zeros in the schedule. */
static inline __attribute__((always_inline)) void compress(
    __m512i state[8], __m512i words[16], bool are_zeros
) {
    __m512i a = state[0], b = state[1], c = state[2], d = state[3];
    __m512i e = state[4], f = state[5], g = state[6], h = state[7];

#pragma clang loop unroll_count(16)
    for (int round = 0; round < 64; round++) {
        const int now = round % 16;
        if (round >= 16 && !are_zeros) {
            const __m512i early = small_sigma0(words[(round + 1) % 16]);
            const __m512i late = small_sigma1(words[(round + 14) % 16]);
            words[now] = _mm512_add_epi32(
                _mm512_add_epi32(words[now], early),
                _mm512_add_epi32(words[(round + 9) % 16], late));
        }
        const __m512i constant = _mm512_set1_epi32((int)cblockhash_sha256_constants[round]);
        const __m512i keyed = _mm512_add_epi32(h, constant);
        const __m512i input = are_zeros ? keyed : _mm512_add_epi32(keyed, words[now]);
        const __m512i first = _mm512_add_epi32(
            _mm512_add_epi32(input, choose(e, f, g)), big_sigma1(e));
        const __m512i second = _mm512_add_epi32(big_sigma0(a), majority(a, b, c));
        h = g, g = f, f = e, e = _mm512_add_epi32(d, first);
        d = c, c = b, b = a, a = _mm512_add_epi32(first, second);
    }
    const __m512i after[8] = {a, b, c, d, e, f, g, h};
    for (int i = 0; i < 8; i++) state[i] = _mm512_add_epi32(state[i], after[i]);
}

static inline bool all_zero(const __m512i words[16]) {
    __m512i any = words[0];
    for (int i = 1; i < 15; i += 2) any = _mm512_ternarylogic_epi32(any, words[i], words[i + 1], 0xfe);
    any = _mm512_or_si512(any, words[15]);
    return _mm512_test_epi32_mask(any, any) == 0;
}

static inline __m512i swap_bytes(__m512i words) {
    return _mm512_shuffle_epi8(
        words, _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL)));
}

static inline __attribute__((always_inline)) void start_states(__m512i state[8]) {
    for (int i = 0; i < 8; i++) state[i] = _mm512_set1_epi32((int)cblockhash_sha256_initial[i]);
}

/* One chunk of every page, a row each. */
static inline __attribute__((always_inline)) void load_rows(
    __m512i rows[lanes], const uint8_t *pages, int count, int chunk
) {
    for (int lane = 0; lane < lanes; lane++) {
        const int page = lane < count ? lane : count - 1;
        rows[lane] = swap_bytes(_mm512_loadu_si512(pages + page * page_bytes + chunk * chunk_bytes));
    }
}

/* Ends the messages of the pages and stores their digests. */
static inline __attribute__((always_inline)) void finish_pages(
    __m512i state[8], int count, uint8_t *digests
) {
    /* FIPS 180-4, 5.1.1: a one bit, zeros, and the length of 32,768 bits. */
    __m512i words[16];
    for (int i = 0; i < 16; i++) words[i] = _mm512_setzero_si512();
    words[0] = _mm512_set1_epi32((int)0x80000000);
    words[15] = _mm512_set1_epi32(page_bytes * 8);
    compress(state, words, false);

    __m512i rows[lanes];
    for (int i = 0; i < 8; i++) rows[i] = state[i], rows[i + 8] = _mm512_setzero_si512();
    transpose(rows);
    for (int lane = 0; lane < count; lane++) {
        const __m256i digest = _mm512_castsi512_si256(swap_bytes(rows[lane]));
        _mm256_storeu_si256((__m256i *)(digests + digest_bytes * lane), digest);
    }
}

/* Fewer pages leave lanes that hash the last one again. */
void cblockhash_sha256_sixteen_pages(const uint8_t *pages, int count, uint8_t *digests) {
    __m512i state[8], words[16];
    start_states(state);
    for (int chunk = 0; chunk < page_bytes / chunk_bytes; chunk++) {
        load_rows(words, pages, count, chunk);
        /* The hash blocks of small trees are zeros but for their first chunks. */
        if (all_zero(words)) {
            compress(state, words, true);
            continue;
        }
        transpose(words);
        compress(state, words, false);
    }
    finish_pages(state, count, digests);
}

/* What follows hashes sixteen pages and the message that they are a piece of in one pass.
 *
 * A message is a chain: every two rounds wait four cycles for the two before, and most of the
 * processor has nothing to do meanwhile. There the pages are hashed, a round of them to each quarter
 * of a chunk of the message, since sixteen chunks of it are one chunk of every page. Two things make
 * this as fast as the message alone (Zen 5: 2.05 GB/s, and 1.54 one after the other):
 * - no vpternlog in the loop: each costs sha256rnds2 two cycles. The instructions of two operands are spelt out,
 *   for the compiler would join them;
 * - a loop of sixteen rounds: all 64 unrolled do not fit into the cache of decoded instructions, and
 *   take a quarter longer.
 */
static inline __m512i xor2(__m512i x, __m512i y) {
    __m512i result;
    asm("vpxord %2, %1, %0" : "=v"(result) : "v"(x), "v"(y));
    return result;
}
static inline __m512i and2(__m512i x, __m512i y) {
    __m512i result;
    asm("vpandd %2, %1, %0" : "=v"(result) : "v"(x), "v"(y));
    return result;
}
static inline __m512i xor_three(__m512i x, __m512i y, __m512i z) { return xor2(xor2(x, y), z); }
static inline __m512i add(__m512i x, __m512i y) { return _mm512_add_epi32(x, y); }

/* Sixteen rounds of the pages and four chunks of the message. `next` asks for the words of the next
 * sixteen rounds in the place of these. */
static inline __attribute__((always_inline)) void rounds_beside(
    __m512i state[8], __m512i words[16], const uint32_t constants[16], bool next,
    State *message, const uint8_t *chunks
) {
    __m512i a = state[0], b = state[1], c = state[2], d = state[3];
    __m512i e = state[4], f = state[5], g = state[6], h = state[7];
    __m512i b_xor_c = xor2(b, c);
    State chain = *message, before;
    __m128i four[4];

#pragma clang loop unroll(full)
    for (int round = 0; round < 16; round++) {
        if (round % 4 == 0) before = chain;
#pragma clang loop unroll(full)
        for (int quad = round % 4 * 4; quad < round % 4 * 4 + 4; quad++) {
            four_rounds(&chain, next_words(four, chunks + round / 4 * chunk_bytes, quad));
        }
        if (round % 4 == 3) add_state(&chain, before);
        /* Keeps the compiler from gathering what belongs together: both stay as they are written. */
        asm volatile("" : "+x"(chain.abef), "+x"(chain.cdgh), "+v"(a), "+v"(e));

        const __m512i word = words[round];
        const __m512i keyed = add(add(h, _mm512_set1_epi32((int)constants[round])), word);
        if (next) {
            const __m512i w1 = words[(round + 1) % 16], w14 = words[(round + 14) % 16];
            const __m512i early = xor_three(
                _mm512_ror_epi32(w1, 7), _mm512_ror_epi32(w1, 18), _mm512_srli_epi32(w1, 3));
            const __m512i late = xor_three(
                _mm512_ror_epi32(w14, 17), _mm512_ror_epi32(w14, 19), _mm512_srli_epi32(w14, 10));
            words[round] = add(add(word, early), add(words[(round + 9) % 16], late));
        }
        const __m512i choice = xor2(and2(xor2(f, g), e), g);
        const __m512i sigma1 = xor_three(
            _mm512_ror_epi32(e, 6), _mm512_ror_epi32(e, 11), _mm512_ror_epi32(e, 25));
        const __m512i a_xor_b = xor2(a, b);
        const __m512i most = xor2(and2(a_xor_b, b_xor_c), b);
        const __m512i sigma0 = xor_three(
            _mm512_ror_epi32(a, 2), _mm512_ror_epi32(a, 13), _mm512_ror_epi32(a, 22));
        const __m512i first = add(add(keyed, choice), sigma1);
        b_xor_c = a_xor_b;
        h = g, g = f, f = e, e = add(d, first);
        d = c, c = b, b = a, a = add(first, add(sigma0, most));
    }
    *message = chain;
    state[0] = a, state[1] = b, state[2] = c, state[3] = d;
    state[4] = e, state[5] = f, state[6] = g, state[7] = h;
}

void cblockhash_sha256_message_and_sixteen_pages(
    uint32_t message[8], const uint8_t *pages, uint8_t *digests
) {
    State chain = load_state(message);
    __m512i state[8], words[16];
    start_states(state);
    for (int chunk = 0; chunk < page_bytes / chunk_bytes; chunk++) {
        const __m512i before[8] = {
            state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7],
        };
        const uint8_t *piece = pages + chunk * lanes * chunk_bytes;
        const uint32_t *constants = cblockhash_sha256_constants;
        load_rows(words, pages, lanes, chunk);
        transpose(words);
#pragma clang loop unroll(disable)
        for (int group = 0; group < 3; group++) {
            rounds_beside(state, words, constants, true, &chain, piece);
            constants += 16;
            piece += 4 * chunk_bytes;
        }
        rounds_beside(state, words, constants, false, &chain, piece);
        for (int i = 0; i < 8; i++) state[i] = add(state[i], before[i]);
    }
    store_state(chain, message);
    finish_pages(state, lanes, digests);
}
#pragma clang attribute pop
#endif
