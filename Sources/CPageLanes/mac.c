// HMAC-SHA512 of one message, and of pages in lanes.
#include <string.h>
#include "engine.h"

/// Whole blocks of a page under the HMAC; what follows them, with the page number, fits one block, on page 1 too.
enum { BODY_BLOCKS = (WEFLOW_TAG_OFFSET - WEFLOW_SALT_SIZE) / BLOCK };

/// Ends a message of which `state` has absorbed `before` bytes and `rest`, less than a block, are at `bytes`.
static void absorb_end(
    const struct weflow_engine *engine, uint64_t *state, const uint8_t *bytes, size_t rest, size_t before) {
    uint8_t end[2 * BLOCK] = {0};
    if (rest > 0) {
        memcpy(end, bytes, rest);
    }
    end[rest] = 0x80;
    size_t blocks = rest < BLOCK - 16 ? 1 : 2;
    uint64_t bits[2] = {(before + rest) >> 61, (before + rest) << 3};
    store_words(end + blocks * BLOCK - 16, bits, 2);
    engine->absorb(state, end, blocks);
    weflow_wipe(end, sizeof end);
}

/// SHA-512 after `before` bytes that `state` has absorbed already.
static void digest(
    const struct weflow_engine *engine, uint64_t *state, const uint8_t *message, size_t size, size_t before) {
    engine->absorb(state, message, size / BLOCK);
    size_t whole = size / BLOCK * BLOCK;
    absorb_end(engine, state, message + whole, size - whole, before + whole);
}

void weflow_mac_init(enum weflow_path path, struct weflow_mac *mac, const uint8_t *key, size_t size) {
    const struct weflow_engine *engine = weflow_engine(path);
    uint8_t block[BLOCK] = {0};
    if (size > BLOCK) {
        uint64_t state[8];
        memcpy(state, weflow_sha512_start, sizeof state);
        digest(engine, state, key, size, 0);
        store_words(block, state, 8);
        weflow_wipe(state, sizeof state);
    } else if (size > 0) {
        memcpy(block, key, size);
    }
    for (int i = 0; i < BLOCK; i++) {
        block[i] ^= 0x36;
    }
    memcpy(mac->inner, weflow_sha512_start, sizeof mac->inner);
    engine->absorb(mac->inner, block, 1);
    for (int i = 0; i < BLOCK; i++) {
        block[i] ^= 0x36 ^ 0x5c;
    }
    memcpy(mac->outer, weflow_sha512_start, sizeof mac->outer);
    engine->absorb(mac->outer, block, 1);
    weflow_wipe(block, sizeof block);
}

/// From the inner hash's state to the tag.
static void finish(const struct weflow_engine *engine, const struct weflow_mac *mac, uint64_t *state, uint8_t *tag) {
    uint8_t inner[WEFLOW_TAG_SIZE];
    store_words(inner, state, 8);
    memcpy(state, mac->outer, sizeof mac->outer);
    absorb_end(engine, state, inner, sizeof inner, BLOCK);
    store_words(tag, state, 8);
}

void weflow_mac_message(
    enum weflow_path path, const struct weflow_mac *mac, const uint8_t *message, size_t size, uint8_t *tag) {
    const struct weflow_engine *engine = weflow_engine(path);
    uint64_t state[8];
    memcpy(state, mac->inner, sizeof state);
    digest(engine, state, message, size, BLOCK);
    finish(engine, mac, state, tag);
}

/// Points `lane` at a page and makes its last block: what the whole blocks leave, the page number, the padding.
static void prepare(struct weflow_lane *lane, uint8_t tail[BLOCK], const uint8_t *sealed, uint32_t number) {
    size_t start = number == 1 ? WEFLOW_SALT_SIZE : 0;
    size_t size = WEFLOW_TAG_OFFSET - start, rest = size - BODY_BLOCKS * BLOCK;
    lane->body = sealed + start;
    lane->tail = tail;
    lane->tag = sealed + WEFLOW_TAG_OFFSET;
    memset(tail, 0, BLOCK);
    memcpy(tail, lane->body + BODY_BLOCKS * BLOCK, rest);
    for (int i = 0; i < 4; i++) {
        tail[rest + i] = (uint8_t)(number >> 8 * i);
    }
    tail[rest + 4] = 0x80;
    uint64_t bits = (BLOCK + size + 4) * 8;
    store_words(tail + BLOCK - 8, &bits, 1);
}

static void tag_of(
    const struct weflow_engine *engine, const struct weflow_mac *mac, const struct weflow_lane *lane, uint8_t *tag) {
    uint64_t state[8];
    memcpy(state, mac->inner, sizeof state);
    engine->absorb(state, lane->body, BODY_BLOCKS);
    engine->absorb(state, lane->tail, 1);
    finish(engine, mac, state, tag);
}

void weflow_sign_page(enum weflow_path path, const struct weflow_mac *mac, uint8_t *sealed, uint32_t number) {
    struct weflow_lane lane;
    uint8_t tail[BLOCK];
    prepare(&lane, tail, sealed, number);
    tag_of(weflow_engine(path), mac, &lane, sealed + WEFLOW_TAG_OFFSET);
}

/// Verifies `count` pages, at most as many as the lanes. Lanes without a page repeat the first one.
static void verify_group(
    const struct weflow_engine *engine, const struct weflow_lanes *lanes, const struct weflow_mac *mac,
    struct weflow_page *pages, size_t count) {
    struct weflow_lane lane[MOST_LANES];
    uint8_t tail[MOST_LANES][BLOCK];
    uint64_t difference[MOST_LANES] = {0};
    for (size_t i = 0; i < count; i++) {
        prepare(&lane[i], tail[i], pages[i].sealed, pages[i].number);
    }
    if (lanes == NULL) {
        uint8_t tag[WEFLOW_TAG_SIZE];
        tag_of(engine, mac, &lane[0], tag);
        for (int i = 0; i < WEFLOW_TAG_SIZE; i++) {
            difference[0] |= tag[i] ^ lane[0].tag[i];
        }
    } else {
        for (size_t i = count; i < lanes->width; i++) {
            lane[i] = lane[0];
        }
        lanes->mac(mac, lane, BODY_BLOCKS, difference);
    }
    for (size_t i = 0; i < count; i++) {
        pages[i].verified = difference[i] == 0;
    }
}

size_t weflow_verify_pages(
    enum weflow_path path, const struct weflow_mac *mac, struct weflow_page *pages, size_t count) {
    const struct weflow_engine *engine = weflow_engine(path);
    size_t failed = 0;
    while (count > 0) {
        const struct weflow_lanes *lanes = weflow_lanes_for(engine, count);
        size_t width = lanes == NULL ? 1 : lanes->width, group = count < width ? count : width;
        verify_group(engine, lanes, mac, pages, group);
        for (size_t i = 0; i < group; i++) {
            failed += !pages[i].verified;
        }
        pages += group;
        count -= group;
    }
    return failed;
}
