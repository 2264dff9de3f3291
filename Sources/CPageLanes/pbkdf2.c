// PBKDF2-HMAC-SHA512. One derivation is a chain that nothing shortens; the lanes let others ride along.
#include <string.h>
#include "engine.h"

/// The first round, which alone sees the salt.
static void begin(enum weflow_path path, struct weflow_stretch *one, const struct weflow_derivation *of) {
    // 32 bytes of output are part of the first 64-byte block, so its number is the only one that occurs.
    uint8_t message[WEFLOW_SALT_SIZE + 4] = {[WEFLOW_SALT_SIZE + 3] = 1}, tag[WEFLOW_TAG_SIZE];
    memcpy(message, of->salt, WEFLOW_SALT_SIZE);
    weflow_mac_init(path, &one->mac, of->password, of->password_size);
    weflow_mac_message(path, &one->mac, message, sizeof message, tag);
    memset(one->last, 0, sizeof one->last);
    for (int i = 0; i < WEFLOW_TAG_SIZE; i++) {
        one->last[i / 8] = one->last[i / 8] << 8 | tag[i];
    }
    memcpy(one->sum, one->last, sizeof one->sum);
    weflow_wipe(tag, sizeof tag);
}

void weflow_pbkdf2_sha512(
    enum weflow_path path, const struct weflow_derivation *derivations, size_t count, uint32_t rounds) {
    const struct weflow_engine *engine = weflow_engine(path);
    struct weflow_stretch each[MOST_LANES];
    while (count > 0) {
        const struct weflow_lanes *lanes = weflow_lanes_for(engine, count);
        size_t width = lanes == NULL ? 1 : lanes->width, group = count < width ? count : width;
        for (size_t i = 0; i < group; i++) {
            begin(path, &each[i], &derivations[i]);
        }
        for (size_t i = group; i < width; i++) {
            each[i] = each[0];
        }
        if (lanes == NULL) {
            engine->stretch(each, rounds - 1);
        } else {
            lanes->stretch(each, rounds - 1);
        }
        for (size_t i = 0; i < group; i++) {
            store_words(derivations[i].key, each[i].sum, 4);
        }
        derivations += group;
        count -= group;
    }
    weflow_wipe(each, sizeof each);
}
