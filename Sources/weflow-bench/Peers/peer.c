// What a C program does with the same store: SQLCipher's library, or SQLite's on the unencrypted twin.
//
//   peer LIBRARY FOLDER KEY TABLE ME TASK [ARGUMENT...]
//
// LIBRARY is the shared object with the sqlite3 functions in it. KEY is raw:HEX, account:HEX or plain:. Tasks:
//   scan                    steps over all rows of the chat, fetches the columns that an export needs and adds up the
//                           lengths of the contents
//   skip                    the same with no other column than the content
//   export                  prints all rows as JSON lines, shard after shard in the order of their row ids
//   page LIMIT OFFSET       prints the newest LIMIT rows after OFFSET, merged over the shards
//   skim LIMIT OFFSET       the same, but what is skipped is read from the index alone
//   counts                  prints how many messages each sender has, from the rows
//   counts-index            the same from the indexes: all rows of each sender less its notices
//   sql NUMBER QUERY        runs a query on a shard, %s being the table, and prints its rows as a shell does, with commas
//   copy SCRATCH SQLITE     decrypts the shards into SCRATCH, page by page, and exports those with the library SQLITE
//
// Where BENCH_REPORT names a file, the seconds inside main, the rows and the sum go there.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

enum { shards = 3 };

static const char *folder, *key, *table, *me;

static void fail(const char *what, const char *why) {
    fprintf(stderr, "peer: %s: %s\n", what, why);
    exit(1);
}

// --- the library ------------------------------------------------------------------------------------------------

struct library {
    __typeof__(&sqlite3_open_v2) open_v2;
    __typeof__(&sqlite3_exec) exec;
    __typeof__(&sqlite3_db_config) db_config;
    __typeof__(&sqlite3_prepare_v2) prepare_v2;
    __typeof__(&sqlite3_bind_int64) bind_int64;
    __typeof__(&sqlite3_step) step;
    __typeof__(&sqlite3_reset) reset;
    __typeof__(&sqlite3_column_int64) column_int64;
    __typeof__(&sqlite3_column_blob) column_blob;
    __typeof__(&sqlite3_column_bytes) column_bytes;
    __typeof__(&sqlite3_column_text) column_text;
    __typeof__(&sqlite3_column_name) column_name;
    __typeof__(&sqlite3_column_count) column_count;
    __typeof__(&sqlite3_finalize) finalize;
    __typeof__(&sqlite3_close) close;
    __typeof__(&sqlite3_errmsg) errmsg;
};

static void *open_library(const char *path) {
    void *handle = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
    if (!handle) fail(path, dlerror());
    return handle;
}

static void *find(void *handle, const char *name) {
    void *function = dlsym(handle, name);
    if (!function) fail(name, "not in the library");
    return function;
}

static struct library load(void *handle) {
    struct library l;
#define load_one(name) *(void **)&l.name = find(handle, "sqlite3_" #name)
    load_one(open_v2);
    load_one(exec);
    load_one(db_config);
    load_one(prepare_v2);
    load_one(bind_int64);
    load_one(step);
    load_one(reset);
    load_one(column_int64);
    load_one(column_blob);
    load_one(column_bytes);
    load_one(column_text);
    load_one(column_name);
    load_one(column_count);
    load_one(finalize);
    load_one(close);
    load_one(errmsg);
#undef load_one
    return l;
}

static sqlite3 *open_database(const struct library *l, const char *path) {
    sqlite3 *db;
    if (l->open_v2(path, &db, SQLITE_OPEN_READONLY, NULL)) fail(path, "cannot be opened");
    // Closing must not fold the log into the database: the next run is to find what this one found.
    l->db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    char sql[128];
    if (!strncmp(key, "raw:", 4)) {
        snprintf(sql, sizeof sql, "PRAGMA key = \"x'%s'\"", key + 4);
        l->exec(db, sql, NULL, NULL, NULL);
    } else if (!strncmp(key, "account:", 8)) {
        snprintf(sql, sizeof sql, "PRAGMA hexkey = '%s'", key + 8);
        l->exec(db, sql, NULL, NULL, NULL);
    }
    return db;
}

static sqlite3 *open_shard(const struct library *l, const char *in, int number) {
    char path[4096];
    snprintf(path, sizeof path, "%s/message_%d.db", in, number);
    return open_database(l, path);
}

static sqlite3_stmt *prepare(const struct library *l, sqlite3 *db, const char *sql) {
    sqlite3_stmt *statement;
    char text[1024];
    snprintf(text, sizeof text, sql, table);
    if (l->prepare_v2(db, text, -1, &statement, NULL)) fail(text, l->errmsg(db));
    return statement;
}

// --- output -----------------------------------------------------------------------------------------------------

static char out[(1 << 20) + (1 << 16)];
static size_t out_size;

static void flush(void) {
    for (size_t at = 0; at < out_size;) {
        ssize_t n = write(1, out + at, out_size - at);
        if (n < 0) fail("stdout", "cannot be written");
        at += (size_t)n;
    }
    out_size = 0;
}

static void put(const char *bytes, size_t n) {
    memcpy(out + out_size, bytes, n);
    out_size += n;
}

#define put_literal(text) put(text, sizeof text - 1)

static void put_number(int64_t number) {
    char digits[24], *at = digits + sizeof digits;
    uint64_t n = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do *--at = (char)('0' + n % 10); while (n /= 10);
    if (number < 0) *--at = '-';
    put(at, (size_t)(digits + sizeof digits - at));
}

static void put_text(const char *text, size_t n) {
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < n;) {
        if (out_size > 1 << 20) flush();
        size_t run = i, most = n - i > 32768 ? i + 32768 : n;
        while (run < most && (unsigned char)text[run] >= 0x20 && text[run] != '"' && text[run] != '\\') run++;
        put(text + i, run - i);
        i = run;
        if (i == most) continue;
        char c = text[i++];
        switch (c) {
        case '"': put_literal("\\\""); break;
        case '\\': put_literal("\\\\"); break;
        case '\n': put_literal("\\n"); break;
        case '\t': put_literal("\\t"); break;
        case '\r': put_literal("\\r"); break;
        default:
            put_literal("\\u00");
            put(&hex[(unsigned char)c >> 4], 1);
            put(&hex[c & 15], 1);
        }
    }
}

// --- messages ---------------------------------------------------------------------------------------------------

#define COLUMNS "local_id, server_id, local_type, sort_seq, real_sender_id, create_time, message_content"

struct names {
    char *of[4096];
};

static struct names *read_names(const struct library *l, sqlite3 *db) {
    struct names *names = calloc(1, sizeof *names);
    sqlite3_stmt *s = prepare(l, db, "SELECT rowid, user_name FROM Name2Id");
    while (l->step(s) == SQLITE_ROW) {
        int64_t id = l->column_int64(s, 0);
        const char *name = l->column_blob(s, 1);
        if (id >= 0 && id < 4096) names->of[id] = strndup(name ? name : "", (size_t)l->column_bytes(s, 1));
    }
    l->finalize(s);
    return names;
}

static size_t unescape(char *to, const char *from, size_t n) {
    static const struct { const char *name; char is; } entities[] = {
        {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}};
    size_t size = 0;
    for (size_t i = 0; i < n;) {
        size_t e = 0;
        if (from[i] == '&')
            for (; e < 5 && strncmp(from + i, entities[e].name, strlen(entities[e].name)); e++) {}
        if (from[i] == '&' && e < 5) {
            to[size++] = entities[e].is;
            i += strlen(entities[e].name);
        } else {
            to[size++] = from[i++];
        }
    }
    return size;
}

// What a person reads of an app message: its title behind the label of its kind.
static size_t app_text(char *to, size_t room, int64_t type, const char *xml, size_t n) {
    const char *label = type >> 32 == 5 ? "[链接] " : type >> 32 == 6 ? "[文件] " : "[小程序] ";
    size_t size = strlen(label);
    memcpy(to, label, size);
    const char *start = memmem(xml, n, "<title>", 7);
    if (!start) return size;
    start += 7;
    const char *end = memmem(start, (size_t)(xml + n - start), "</title>", 8);
    if (!end || (size_t)(end - start) > room - size) return size;
    return size + unescape(to + size, start, (size_t)(end - start));
}

static void print_row(const struct library *l, sqlite3_stmt *s, const struct names *names) {
    static char plain[1 << 20], shown[4096];
    static ZSTD_DCtx *context;
    if (!context) context = ZSTD_createDCtx();
    int64_t type = l->column_int64(s, 2), sender_id = l->column_int64(s, 4);
    const char *content = l->column_blob(s, 6);
    size_t n = (size_t)l->column_bytes(s, 6);
    if (n > 4 && !memcmp(content, "\x28\xb5\x2f\xfd", 4)) {
        n = ZSTD_decompressDCtx(context, plain, sizeof plain - 1, content, n);
        if (ZSTD_isError(n)) fail(table, "a frame cannot be decompressed");
        content = plain;
    }
    const char *sender = sender_id >= 0 && sender_id < 4096 && names->of[sender_id] ? names->of[sender_id] : "";
    size_t sender_size = strlen(sender), prefix = 0;
    if (n > sender_size + 2 && !memcmp(content, sender, sender_size) && content[sender_size] == ':' &&
        content[sender_size + 1] == '\n')
        prefix = sender_size + 2;
    const char *text = content + prefix;
    size_t text_size = n - prefix;
    if ((type & 0xffffffff) == 49) {
        text_size = app_text(shown, sizeof shown, type, text, text_size);
        text = shown;
    }
    if (out_size > 1 << 20) flush();
    put_literal("{\"localId\":");
    put_number(l->column_int64(s, 0));
    put_literal(",\"serverId\":\"");
    put_number(l->column_int64(s, 1));
    put_literal("\",\"localType\":");
    put_number(type);
    put_literal(",\"createTime\":");
    put_number(l->column_int64(s, 5));
    put_literal(",\"sortSeq\":");
    put_number(l->column_int64(s, 3));
    put_literal(",\"isSend\":");
    put_number(!strcmp(sender, me));
    put_literal(",\"senderUsername\":\"");
    put_text(sender, sender_size);
    put_literal("\",\"content\":\"");
    put_text(text, text_size);
    put_literal("\",\"rawContent\":\"");
    put_text(content, n);
    put_literal("\",\"parsedContent\":\"");
    put_text(text, text_size);
    put_literal("\"}\n");
}

static int64_t rows, sum;

static void scan(const struct library *l, int content_only) {
    static int64_t numbers;
    for (int i = 0; i < shards; i++) {
        sqlite3 *db = open_shard(l, folder, i);
        sqlite3_stmt *s = prepare(l, db, content_only ? "SELECT message_content FROM %s" : "SELECT " COLUMNS " FROM %s");
        for (; l->step(s) == SQLITE_ROW; rows++) {
            for (int column = 0; !content_only && column < 6; column++) numbers += l->column_int64(s, column);
            sum += l->column_bytes(s, content_only ? 0 : 6);
        }
        l->finalize(s);
        l->close(db);
    }
}

static void query(const struct library *l, int number, const char *sql) {
    sqlite3_stmt *s = prepare(l, open_shard(l, folder, number), sql);
    int columns = l->column_count(s);
    for (int i = 0; i < columns; i++) {
        const char *name = l->column_name(s, i);
        if (i) put_literal(",");
        put(name, strlen(name));
    }
    put_literal("\r\n");
    while (l->step(s) == SQLITE_ROW) {
        for (int i = 0; i < columns; i++) {
            const char *text = (const char *)l->column_text(s, i);
            if (i) put_literal(",");
            if (text) put(text, (size_t)l->column_bytes(s, i));
        }
        put_literal("\r\n");
        if (out_size >= 1 << 20) flush();
        rows++;
    }
    flush();
}

static void export(const struct library *l, const char *in) {
    for (int i = 0; i < shards; i++) {
        sqlite3 *db = open_shard(l, in, i);
        struct names *names = read_names(l, db);
        sqlite3_stmt *s = prepare(l, db, "SELECT " COLUMNS " FROM %s");
        for (; l->step(s) == SQLITE_ROW; rows++) print_row(l, s, names);
        l->finalize(s);
        l->close(db);
    }
    flush();
}

static void page(const struct library *l, int64_t limit, int64_t offset, int skim) {
    sqlite3 *dbs[shards];
    sqlite3_stmt *walks[shards], *one[shards];
    struct names *names[shards];
    int there[shards];
    for (int i = 0; i < shards; i++) {
        dbs[i] = open_shard(l, folder, i);
        names[i] = read_names(l, dbs[i]);
        walks[i] = prepare(l, dbs[i], skim ? "SELECT rowid, 0, 0, sort_seq FROM %s ORDER BY sort_seq DESC, rowid DESC"
                                           : "SELECT " COLUMNS " FROM %s ORDER BY sort_seq DESC, rowid DESC");
        one[i] = skim ? prepare(l, dbs[i], "SELECT " COLUMNS " FROM %s WHERE rowid = ?") : NULL;
        there[i] = l->step(walks[i]) == SQLITE_ROW;
    }
    while (rows < limit) {
        // The order is by sequence, time, row and shard, and a time does not differ where a sequence does not.
        int best = -1;
        for (int i = 0; i < shards; i++) {
            if (!there[i]) continue;
            if (best < 0) {
                best = i;
                continue;
            }
            int64_t a = l->column_int64(walks[i], 3), b = l->column_int64(walks[best], 3);
            if (a > b || (a == b && l->column_int64(walks[i], 0) >= l->column_int64(walks[best], 0))) best = i;
        }
        if (best < 0) break;
        if (offset > 0) {
            offset--;
        } else {
            if (skim) {
                l->bind_int64(one[best], 1, l->column_int64(walks[best], 0));
                if (l->step(one[best]) == SQLITE_ROW) print_row(l, one[best], names[best]);
                l->reset(one[best]);
            } else {
                print_row(l, walks[best], names[best]);
            }
            rows++;
        }
        there[best] = l->step(walks[best]) == SQLITE_ROW;
    }
    flush();
    for (int i = 0; i < shards; i++) {
        l->finalize(walks[i]);
        if (one[i]) l->finalize(one[i]);
        l->close(dbs[i]);
    }
}

static void counts(const struct library *l, int from_indexes) {
    // Left to itself the planner takes the rows in the order of senders, which is five times as slow as all in theirs.
    static const char *all = "SELECT real_sender_id, count(*) FROM %s GROUP BY real_sender_id",
                      *spoken = "SELECT real_sender_id, count(*) FROM %s NOT INDEXED WHERE local_type NOT IN (10000, 10002)"
                                " GROUP BY real_sender_id",
                      *notices = "SELECT real_sender_id, count(*) FROM %s WHERE local_type IN (10000, 10002)"
                                 " GROUP BY +real_sender_id";
    for (int i = 0; i < shards; i++) {
        static int64_t of[4096];
        memset(of, 0, sizeof of);
        sqlite3 *db = open_shard(l, folder, i);
        struct names *names = read_names(l, db);
        for (int part = 0; part < 1 + from_indexes; part++) {
            sqlite3_stmt *s = prepare(l, db, part ? notices : from_indexes ? all : spoken);
            while (l->step(s) == SQLITE_ROW) of[l->column_int64(s, 0) & 4095] += part ? -l->column_int64(s, 1) : l->column_int64(s, 1);
            l->finalize(s);
        }
        for (int id = 0; id < 4096; id++) {
            if (!of[id] || !names->of[id]) continue;
            put_text(names->of[id], strlen(names->of[id]));
            put_literal(" ");
            put_number(of[id]);
            put_literal("\n");
            rows++;
            sum += of[id];
        }
        l->close(db);
    }
    flush();
}

// --- decrypting to a copy ---------------------------------------------------------------------------------------

enum { page_size = 4096, reserve = 80, salt_size = 16, iv_size = 16, mac_size = 64 };

struct crypto {
    void *(*sha512)(void);
    void *(*aes_256_cbc)(void);
    int (*pbkdf2)(const char *, int, const unsigned char *, int, int, const void *, int, unsigned char *);
    unsigned char *(*hmac)(const void *, const void *, int, const unsigned char *, size_t, unsigned char *, unsigned int *);
    void *(*new)(void);
    int (*init)(void *, const void *, void *, const unsigned char *, const unsigned char *);
    int (*padding)(void *, int);
    int (*update)(void *, unsigned char *, int *, const unsigned char *, int);
};

static unsigned char *read_file(const char *path, size_t *size) {
    struct stat status;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &status)) return *size = 0, NULL;
    unsigned char *bytes = malloc((size_t)status.st_size + 1);
    *size = 0;
    for (ssize_t n; (n = read(fd, bytes + *size, (size_t)status.st_size - *size)) > 0;) *size += (size_t)n;
    close(fd);
    return bytes;
}

static uint32_t big_endian(const unsigned char *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void decrypt(const char *from, const char *to, const struct crypto *c) {
    unsigned char page_key[32], mac_key[32], mac_salt[salt_size];
    for (int i = 0; i < 32; i++) sscanf(key + 4 + 2 * i, "%2hhx", &page_key[i]);
    char log[4096];
    snprintf(log, sizeof log, "%s-wal", from);
    size_t size, log_size;
    unsigned char *file = read_file(from, &size), *frames = read_file(log, &log_size);
    if (!file) fail(from, "cannot be read");
    for (int i = 0; i < salt_size; i++) mac_salt[i] = file[i] ^ 0x3a;
    c->pbkdf2((char *)page_key, 32, mac_salt, salt_size, 2, c->sha512(), 32, mac_key);

    // The committed frames of the log take the place of the pages they are of.
    uint32_t pages = (uint32_t)(size / page_size), committed = pages;
    const unsigned char **newest = calloc(1 << 22, sizeof *newest), **pending = calloc(1 << 22, sizeof *pending);
    uint32_t touched[1 << 14];
    size_t touched_count = 0;
    for (size_t at = 32; at + 24 + page_size <= log_size && !memcmp(frames + at + 8, frames + 16, 8); at += 24 + page_size) {
        uint32_t number = big_endian(frames + at), commit = big_endian(frames + at + 4);
        if (number >= 1 << 22 || touched_count == sizeof touched / sizeof *touched) fail(log, "too large");
        pending[number] = frames + at + 24;
        touched[touched_count++] = number;
        if (!commit) continue;
        for (size_t i = 0; i < touched_count; i++) newest[touched[i]] = pending[touched[i]];
        touched_count = 0;
        committed = commit;
    }

    int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    void *cipher = c->new();
    unsigned char block[page_size], plain[page_size], mac[mac_size];
    memset(plain, 0, sizeof plain);
    for (uint32_t number = 1; number <= committed; number++) {
        const unsigned char *page = newest[number] ? newest[number] : file + (size_t)(number - 1) * page_size;
        size_t start = number == 1 ? salt_size : 0, end = page_size - reserve;
        memcpy(block, page + start, end + iv_size - start);
        for (int i = 0; i < 4; i++) block[end + iv_size - start + (size_t)i] = (unsigned char)(number >> 8 * i);
        c->hmac(c->sha512(), mac_key, 32, block, end + iv_size - start + 4, mac, NULL);
        if (memcmp(mac, page + end + iv_size, mac_size)) fail(from, "a page fails its checksum");
        int n;
        c->init(cipher, c->aes_256_cbc(), NULL, page_key, page + end);
        c->padding(cipher, 0);
        c->update(cipher, plain + start, &n, page + start, (int)(end - start));
        if (number == 1) {
            memcpy(plain, "SQLite format 3", 16);
            plain[18] = plain[19] = 1; // the log is in it
        }
        if (write(fd, plain, page_size) != page_size) fail(to, "cannot be written");
    }
    close(fd);
    free(file);
    free(frames);
    free(newest);
    free(pending);
}

static void copy(void *handle, const char *scratch, const char *sqlite) {
    struct crypto c;
    *(void **)&c.sha512 = find(handle, "EVP_sha512");
    *(void **)&c.aes_256_cbc = find(handle, "EVP_aes_256_cbc");
    *(void **)&c.pbkdf2 = find(handle, "PKCS5_PBKDF2_HMAC");
    *(void **)&c.hmac = find(handle, "HMAC");
    *(void **)&c.new = find(handle, "EVP_CIPHER_CTX_new");
    *(void **)&c.init = find(handle, "EVP_DecryptInit_ex");
    *(void **)&c.padding = find(handle, "EVP_CIPHER_CTX_set_padding");
    *(void **)&c.update = find(handle, "EVP_DecryptUpdate");
    for (int i = 0; i < shards; i++) {
        char from[4096], to[4096];
        snprintf(from, sizeof from, "%s/message_%d.db", folder, i);
        snprintf(to, sizeof to, "%s/message_%d.db", scratch, i);
        decrypt(from, to, &c);
    }
    struct library l = load(open_library(sqlite));
    key = "plain:";
    export(&l, scratch);
}

int main(int argc, char **argv) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (argc < 7) fail("usage", "peer LIBRARY FOLDER KEY TABLE ME TASK [ARGUMENT...]");
    void *handle = open_library(argv[1]);
    struct library l = load(handle);
    folder = argv[2], key = argv[3], table = argv[4], me = argv[5];
    const char *task = argv[6];
#ifdef F_SETPIPE_SZ
    fcntl(1, F_SETPIPE_SZ, 1 << 20);
#endif
    if (!strcmp(task, "scan")) scan(&l, 0);
    else if (!strcmp(task, "skip")) scan(&l, 1);
    else if (!strcmp(task, "export")) export(&l, folder);
    else if (!strcmp(task, "page") && argc == 9) page(&l, atoll(argv[7]), atoll(argv[8]), 0);
    else if (!strcmp(task, "skim") && argc == 9) page(&l, atoll(argv[7]), atoll(argv[8]), 1);
    else if (!strcmp(task, "sql") && argc == 9) query(&l, atoi(argv[7]), argv[8]);
    else if (!strcmp(task, "counts")) counts(&l, 0);
    else if (!strcmp(task, "counts-index")) counts(&l, 1);
    else if (!strcmp(task, "copy") && argc == 9 && !strncmp(key, "raw:", 4)) copy(handle, argv[7], argv[8]);
    else fail(task, "no such task");
    clock_gettime(CLOCK_MONOTONIC, &end);
    const char *report = getenv("BENCH_REPORT");
    FILE *file = report ? fopen(report, "w") : NULL;
    if (file) {
        fprintf(file, "%.6f %lld %lld\n", (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9,
                (long long)rows, (long long)sum);
        fclose(file);
    }
    return 0;
}
