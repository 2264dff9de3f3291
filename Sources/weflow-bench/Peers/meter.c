// Runs one program and says what it took: wall time from before it starts until it has ended and all its output has
// been read, CPU seconds, peak memory, and where the system tells it the bytes that it read of files.
//
//   meter null|drain|check ERRORS PROGRAM [ARGUMENT...]
//
// null: its output goes to /dev/null; drain: into a pipe that is read as fast as it comes; check: the same, and lines
// are counted and hashed without regard to their order. ERRORS is the file its stderr goes to.
//
// A program of its own because it must be small: a child's peak memory, as the kernel counts it, is at least that of
// the process it was forked from.
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static char buffer[1 << 18];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec / 1e6; }

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: meter null|drain|check ERRORS PROGRAM [ARGUMENT...]\n");
        return 64;
    }
    int drain = strcmp(argv[1], "null") != 0, check = strcmp(argv[1], "check") == 0;
    int ends[2] = {-1, -1};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (drain) {
        if (pipe(ends)) return perror("pipe"), 71;
        fcntl(ends[0], F_SETFD, FD_CLOEXEC);
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
        posix_spawn_file_actions_addclose(&actions, ends[1]);
    } else {
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    }
    posix_spawn_file_actions_addopen(&actions, 2, argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0600);

    double start = now();
    pid_t pid;
    int failure = posix_spawn(&pid, argv[3], &actions, NULL, argv + 3, environ);
    if (failure) return fprintf(stderr, "meter: %s: %s\n", argv[3], strerror(failure)), 69;
    uint64_t bytes = 0, lines = 0, digest = 0, line = 14695981039346656037u;
    if (drain) {
        close(ends[1]);
        ssize_t n;
        while ((n = read(ends[0], buffer, sizeof buffer)) > 0) {
            bytes += (uint64_t)n;
            for (ssize_t i = 0; check && i < n; i++) {
                line = (line ^ (unsigned char)buffer[i]) * 1099511628211u;
                if (buffer[i] == '\n') {
                    lines++;
                    digest += line;
                    line = 14695981039346656037u;
                }
            }
        }
    }
    if (check && line != 14695981039346656037u) digest += (line ^ '\n') * 1099511628211u; // a last line without its end
    // What it read is to be had until it is waited for; its threads are counted in when they end.
    unsigned long long taken = 0;
#ifdef __linux__
    siginfo_t info;
    while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) < 0) {}
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/io", (int)pid);
    FILE *io = fopen(path, "r");
    if (io) {
        if (fscanf(io, "rchar: %llu", &taken) != 1) taken = 0;
        fclose(io);
    }
#endif
    int status;
    struct rusage usage;
    while (wait4(pid, &status, 0, &usage) < 0) {}
    double wall = now() - start;
#ifdef __APPLE__
    long peak = usage.ru_maxrss;
#else
    long peak = usage.ru_maxrss * 1024;
#endif
    printf("{\"wall\":%.6f,\"cpu\":%.6f,\"peak\":%ld,\"read\":%llu,\"status\":%d,\"bytes\":%llu,\"lines\":%llu,\"digest\":\"%016llx\"}\n", wall,
           seconds(usage.ru_utime) + seconds(usage.ru_stime), peak, taken, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
           (unsigned long long)bytes, (unsigned long long)lines, (unsigned long long)digest);
    return 0;
}
