// What this CPU has, asked where it is known already.
//
// glibc's loader asks the CPU at every start. To ask again takes a library of the compiler's that does so before main, in
// every run: a tenth of a millisecond in a virtual machine, where each question goes to its host (6 to 8 % of
// `weflow --version`).
#pragma once
#if defined(__x86_64__)
#if defined(__has_include) && __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#define CPU_ASK()
#define CPU_HAS(name, text) CPU_FEATURE_ACTIVE(name)
#else
#define CPU_ASK() __builtin_cpu_init()
#define CPU_HAS(name, text) __builtin_cpu_supports(text)
#endif
#endif
