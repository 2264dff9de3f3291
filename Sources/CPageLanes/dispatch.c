// Which instructions this CPU has. Nothing is remembered here: whoever calls keeps the answer.
#include "engine.h"
#include "processor.h"
#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>

// Bits of AT_HWCAP, fixed by the kernel's interface.
enum { HAS_AES = 1 << 3, HAS_SHA256 = 1 << 6, HAS_SHA512 = 1 << 21 };
#endif

int weflow_has_path(enum weflow_path path) {
#if defined(__x86_64__)
    CPU_ASK();
#endif
    switch (path) {
    case WEFLOW_PATH_PORTABLE:
        return 1;
#if defined(__x86_64__)
    case WEFLOW_PATH_AVX2:
        return CPU_HAS(AVX2, "avx2") && CPU_HAS(BMI1, "bmi") && CPU_HAS(BMI2, "bmi2");
    case WEFLOW_PATH_AVX512:
        return weflow_has_path(WEFLOW_PATH_AVX2) && CPU_HAS(AVX512F, "avx512f")
            && CPU_HAS(AVX512BW, "avx512bw") && CPU_HAS(AVX512VL, "avx512vl");
#elif defined(__aarch64__)
    case WEFLOW_PATH_ARM_SHA512:
#if defined(__linux__)
        return (getauxval(AT_HWCAP) & HAS_SHA512) != 0;
#elif defined(__ARM_FEATURE_SHA512)
        return 1;
#endif
#endif
    default:
        return 0;
    }
}

enum weflow_path weflow_best_path(void) {
    static const enum weflow_path order[] = {WEFLOW_PATH_AVX512, WEFLOW_PATH_AVX2, WEFLOW_PATH_ARM_SHA512};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (weflow_has_path(order[i])) {
            return order[i];
        }
    }
    return WEFLOW_PATH_PORTABLE;
}

const struct weflow_engine *weflow_engine(enum weflow_path path) {
    switch (path) {
#if defined(__x86_64__)
    case WEFLOW_PATH_AVX2:
        return &weflow_engine_avx2;
    case WEFLOW_PATH_AVX512:
        return &weflow_engine_avx512;
#elif defined(__aarch64__)
    case WEFLOW_PATH_ARM_SHA512:
        return &weflow_engine_arm_sha512;
#endif
    default:
        return &weflow_engine_portable;
    }
}

const struct weflow_lanes *weflow_lanes_for(const struct weflow_engine *engine, size_t count) {
    if (engine->narrow == NULL || count == 1) {
        return NULL;
    }
    return engine->wide != NULL && count > engine->narrow->width ? engine->wide : engine->narrow;
}

int weflow_has_cipher(enum weflow_cipher cipher) {
#if defined(__x86_64__)
    CPU_ASK();
#endif
    switch (cipher) {
    case WEFLOW_CIPHER_PORTABLE:
        return 1;
#if defined(__x86_64__)
    case WEFLOW_CIPHER_AESNI:
        return CPU_HAS(AES, "aes") && CPU_HAS(AVX, "avx");
    case WEFLOW_CIPHER_VAES:
        return weflow_has_cipher(WEFLOW_CIPHER_AESNI) && CPU_HAS(VAES, "vaes")
            && CPU_HAS(AVX512F, "avx512f");
#elif defined(__aarch64__)
    case WEFLOW_CIPHER_ARM_AES:
#if defined(__linux__)
        return (getauxval(AT_HWCAP) & HAS_AES) != 0;
#elif defined(__ARM_FEATURE_AES)
        return 1;
#endif
#endif
    default:
        return 0;
    }
}

enum weflow_cipher weflow_best_cipher(void) {
    static const enum weflow_cipher order[] = {WEFLOW_CIPHER_VAES, WEFLOW_CIPHER_AESNI, WEFLOW_CIPHER_ARM_AES};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (weflow_has_cipher(order[i])) {
            return order[i];
        }
    }
    return WEFLOW_CIPHER_PORTABLE;
}

int weflow_has_sha256(enum weflow_sha256_path path) {
#if defined(__x86_64__)
    CPU_ASK();
#endif
    switch (path) {
    case WEFLOW_SHA256_PORTABLE:
        return 1;
#if defined(__x86_64__)
    case WEFLOW_SHA256_NI:
        return CPU_HAS(SHA, "sha") && CPU_HAS(SSE4_1, "sse4.1");
#elif defined(__aarch64__)
    case WEFLOW_SHA256_ARM:
#if defined(__linux__)
        return (getauxval(AT_HWCAP) & HAS_SHA256) != 0;
#elif defined(__ARM_FEATURE_SHA2)
        return 1;
#endif
#endif
    default:
        return 0;
    }
}

enum weflow_sha256_path weflow_best_sha256(void) {
    static const enum weflow_sha256_path order[] = {WEFLOW_SHA256_NI, WEFLOW_SHA256_ARM};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (weflow_has_sha256(order[i])) {
            return order[i];
        }
    }
    return WEFLOW_SHA256_PORTABLE;
}
