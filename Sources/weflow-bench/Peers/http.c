// The peer of the HTTP server, and what asks both. Linux only.
//
//   http serve FILE                              a bare epoll loop that answers every request with the bytes of FILE;
//                                                prints its port
//   http fetch PORT REQUEST                      sends the bytes of the file REQUEST once, prints the answer's bytes
//   http port                                    prints a port that is free
//   http load PORT REQUEST CONNECTIONS SECONDS   sends them again and again on kept-alive connections
#ifndef __linux__
#include <stdio.h>
int main(void) { return fprintf(stderr, "http: only on Linux\n"), 69; }
#else
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static char *read_file(const char *path, size_t *size) {
    struct stat status;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &status)) fail(path);
    char *bytes = malloc((size_t)status.st_size + 1);
    ssize_t n = read(fd, bytes, (size_t)status.st_size);
    if (n != status.st_size) fail(path);
    close(fd);
    bytes[n] = 0;
    *size = (size_t)n;
    return bytes;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct sockaddr_in loopback(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static void no_delay(int fd) {
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// --- serve ------------------------------------------------------------------------------------------------------

struct client {
    int fd, waiting;  // answers that are due
    size_t sent;      // of the answer under way
    char last[4];     // the newest bytes read, to find the end of a head across reads
    uint32_t events;
};

static void serve(const char *path) {
    size_t size;
    char *answer = read_file(path, &size);
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), epoll = epoll_create1(0);
    struct sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 512) ||
        getsockname(listener, (struct sockaddr *)&address, &length))
        fail("listen");
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, events[64];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        int n = epoll_wait(epoll, events, 64, -1);
        for (int i = 0; i < n; i++) {
            struct client *c = events[i].data.ptr;
            if (!c) {
                int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
                if (fd < 0) continue;
                no_delay(fd);
                c = calloc(1, sizeof *c);
                c->fd = fd;
                c->events = EPOLLIN;
                event = (struct epoll_event){.events = EPOLLIN, .data.ptr = c};
                epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
                continue;
            }
            int closed = 0;
            if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
                char bytes[16384];
                ssize_t got = read(c->fd, bytes, sizeof bytes);
                closed = got == 0 || (got < 0 && errno != EAGAIN);
                for (ssize_t b = 0; b < got; b++) {
                    memmove(c->last, c->last + 1, 3);
                    c->last[3] = bytes[b];
                    c->waiting += !memcmp(c->last, "\r\n\r\n", 4);
                }
            }
            while (!closed && c->waiting) {
                ssize_t put = write(c->fd, answer + c->sent, size - c->sent);
                if (put < 0) {
                    closed = errno != EAGAIN;
                    break;
                }
                c->sent += (size_t)put;
                if (c->sent == size) c->sent = 0, c->waiting--;
            }
            uint32_t wanted = EPOLLIN | (c->waiting ? EPOLLOUT : 0);
            if (closed) {
                close(c->fd);
                free(c);
            } else if (wanted != c->events) {
                c->events = wanted;
                event = (struct epoll_event){.events = wanted, .data.ptr = c};
                epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &event);
            }
        }
    }
}

// --- ask --------------------------------------------------------------------------------------------------------

struct connection {
    int fd;
    char *bytes;
    size_t size, room;
    double since;
};

// The length of the answer that `c` begins with, 0 while it is not complete.
static size_t answer_length(const struct connection *c) {
    char *head = memmem(c->bytes, c->size, "\r\n\r\n", 4);
    if (!head) return 0;
    size_t start = (size_t)(head - c->bytes) + 4;
    for (char *line = memmem(c->bytes, start, "\r\n", 2); line && line < head; line = memmem(line + 2, (size_t)(head + 2 - line - 2), "\r\n", 2)) {
        if (!strncasecmp(line + 2, "content-length:", 15)) {
            size_t length = start + strtoull(line + 17, NULL, 10);
            return c->size >= length ? length : 0;
        }
        if (!strncasecmp(line + 2, "transfer-encoding: chunked", 26)) {
            char *end = memmem(c->bytes + start - 2, c->size - start + 2, "\r\n0\r\n\r\n", 7);
            return end ? (size_t)(end - c->bytes) + 7 : 0;
        }
    }
    fprintf(stderr, "http: an answer without a length\n");
    exit(1);
}

static void send_request(struct connection *c, const char *request, size_t size) {
    c->since = now();
    if (write(c->fd, request, size) != (ssize_t)size) fail("write");
}

static struct connection *connect_to(int port) {
    struct connection *c = calloc(1, sizeof *c);
    struct sockaddr_in address = loopback(port);
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(c->fd, (struct sockaddr *)&address, sizeof address)) fail("connect");
    no_delay(c->fd);
    c->room = 1 << 20;
    c->bytes = malloc(c->room + 1);
    return c;
}

// Reads what is there; the length of the answer when it is complete.
static size_t receive(struct connection *c) {
    if (c->size == c->room) c->bytes = realloc(c->bytes, (c->room *= 2) + 1);
    ssize_t n = read(c->fd, c->bytes + c->size, c->room - c->size);
    if (n <= 0) fail("read");
    c->size += (size_t)n;
    c->bytes[c->size] = 0;
    return answer_length(c);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void load(int port, const char *path, int connections, double seconds) {
    size_t size, most = 1 << 22;
    char *request = read_file(path, &size);
    int epoll = epoll_create1(0);
    for (int i = 0; i < connections; i++) {
        struct connection *c = connect_to(port);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event);
        send_request(c, request, size);
    }
    double *times = malloc(most * sizeof *times), start = now(), end = start + seconds, at = start;
    size_t answered = 0;
    struct epoll_event events[64];
    while ((at = now()) < end) {
        int n = epoll_wait(epoll, events, 64, 100);
        for (int i = 0; i < n; i++) {
            struct connection *c = events[i].data.ptr;
            size_t length = receive(c);
            if (!length) continue;
            if (strncmp(c->bytes, "HTTP/1.1 200", 12)) {
                fprintf(stderr, "http: answered %.40s\n", c->bytes);
                exit(1);
            }
            if (answered < most) times[answered] = now() - c->since;
            answered++;
            c->size = 0;
            send_request(c, request, size);
        }
    }
    size_t kept = answered < most ? answered : most;
    qsort(times, kept, sizeof *times, by_value);
    printf("{\"rate\":%.1f,\"median\":%.6f,\"p99\":%.6f}\n", (double)answered / (at - start), kept ? times[kept / 2] : 0,
           kept ? times[kept * 99 / 100] : 0);
}

int main(int argc, char **argv) {
    if (argc == 3 && !strcmp(argv[1], "serve")) {
        serve(argv[2]);
    } else if (argc == 2 && !strcmp(argv[1], "port")) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        struct sockaddr_in address = loopback(0);
        socklen_t length = sizeof address;
        if (bind(fd, (struct sockaddr *)&address, sizeof address) || getsockname(fd, (struct sockaddr *)&address, &length)) fail("bind");
        printf("%d\n", ntohs(address.sin_port));
    } else if (argc == 4 && !strcmp(argv[1], "fetch")) {
        size_t size, length;
        char *request = read_file(argv[3], &size);
        struct connection *c = connect_to(atoi(argv[2]));
        send_request(c, request, size);
        while (!(length = receive(c))) {}
        fwrite(c->bytes, 1, length, stdout);
    } else if (argc == 6 && !strcmp(argv[1], "load")) {
        load(atoi(argv[2]), argv[3], atoi(argv[4]), atof(argv[5]));
    } else {
        fprintf(stderr, "usage: http serve FILE | port | fetch PORT REQUEST | load PORT REQUEST CONNECTIONS SECONDS\n");
        return 64;
    }
    return 0;
}
#endif
