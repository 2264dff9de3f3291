// Creates as many files as an archive has, each in a folder of its own, and nothing else: what the file system takes.
//
//     files FOLDER COUNT BYTES
//
// BYTES are those of all files together.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void fail(const char *path) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    exit(1);
}

int main(int count, char **words) {
    if (count != 4) return 64;
    long files = atol(words[2]), size = atoll(words[3]) / (files > 0 ? files : 1);
    char *bytes = malloc(size + 1), path[4096];
    memset(bytes, 'x', size);
    if (mkdir(words[1], 0700) != 0) fail(words[1]);
    for (long file = 0; file < files; file++) {
        int length = snprintf(path, sizeof path, "%s/%ld", words[1], file);
        if (mkdir(path, 0700) != 0) fail(path);
        snprintf(path + length, sizeof path - length, "/file");
        int number = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
        if (number < 0 || write(number, bytes, size) != size || close(number) != 0) fail(path);
    }
    return 0;
}
