/* Records, in order, what a process does to the files below one directory.
 *
 * Preloaded into the server by the power-cut test. RECORDER_ROOT is the directory, without
 * symbolic links; RECORDER_JOURNAL is the file to which each operation is appended after it was
 * done. One lock is held over operation and record, so that the journal's order is the real one
 * and an fsync covers exactly the writes that stand before it.
 *
 * RECORDER_SYNC_DELAY, in microseconds, makes every fsync as slow as a disk's: whoever answers
 * before the fsync is then seen to have answered before it.
 *
 * A record: operation (1 octet), length of the first path (4), of the second (4), offset (8),
 * length of the contents (8), all little-endian; then both paths and the contents.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum operation {
    CREATE = 'c',
    WRITE = 'w',
    TRUNCATE = 't',
    SYNC = 's',
    RENAME = 'r',
    LINK = 'l',
    UNLINK = 'u',
    MAKE_DIRECTORY = 'd',
    /* Something that this recorder cannot follow; the test fails when it meets one. */
    UNKNOWN = '?',
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static size_t root_length;
static int journal = -1;
static useconds_t sync_delay;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL) {
        dprintf(2, "recorder: no %s\n", name);
        abort();
    }
    return found;
}

__attribute__((constructor)) static void begin(void)
{
    const char *directory = getenv("RECORDER_ROOT");
    const char *file = getenv("RECORDER_JOURNAL");
    if (directory == NULL || file == NULL)
        return;
    const char *delay = getenv("RECORDER_SYNC_DELAY");
    sync_delay = delay == NULL ? 0 : (useconds_t)strtoul(delay, NULL, 10);
    root_length = (size_t)snprintf(root, sizeof root, "%s", directory);
    journal = REAL(open)(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (journal < 0) {
        dprintf(2, "recorder: %s: %s\n", file, strerror(errno));
        abort();
    }
}

static int below_root(const char *path)
{
    return journal >= 0 && strncmp(path, root, root_length) == 0 &&
           (path[root_length] == '/' || path[root_length] == '\0');
}

/* The path of an open file; 0 when it is not below the root, or neither file nor directory. */
static int path_of(int fd, char *path)
{
    if (journal < 0 || fd == journal)
        return 0;
    struct stat about;
    if (fstat(fd, &about) != 0 || !(S_ISREG(about.st_mode) || S_ISDIR(about.st_mode)))
        return 0;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0)
        return 0;
    path[length] = '\0';
    return below_root(path);
}

/* A path as it would be opened, made absolute and free of links in its directory. */
static int absolute(int directory, const char *name, char *path)
{
    char joined[PATH_MAX * 2];
    if (journal < 0)
        return 0;
    if (name[0] == '/') {
        snprintf(joined, sizeof joined, "%s", name);
    } else if (directory == AT_FDCWD) {
        char here[PATH_MAX];
        if (getcwd(here, sizeof here) == NULL)
            return 0;
        snprintf(joined, sizeof joined, "%s/%s", here, name);
    } else {
        char there[PATH_MAX];
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
        ssize_t length = readlink(link, there, sizeof there - 1);
        if (length <= 0)
            return 0;
        there[length] = '\0';
        snprintf(joined, sizeof joined, "%s/%s", there, name);
    }
    char *slash = strrchr(joined, '/');
    char last[PATH_MAX];
    snprintf(last, sizeof last, "%s", slash + 1);
    *slash = '\0';
    char parent[PATH_MAX];
    if (realpath(joined[0] == '\0' ? "/" : joined, parent) == NULL)
        return 0;
    if ((size_t)snprintf(path, PATH_MAX, "%s/%s", parent, last) >= PATH_MAX)
        return 0;
    return below_root(path);
}

static void record(enum operation what, const char *first, const char *second, uint64_t offset,
                   const struct iovec *pieces, int count, size_t length)
{
    uint8_t head[25];
    uint32_t first_length = (uint32_t)strlen(first), second_length = (uint32_t)strlen(second);
    uint64_t contents = length;
    head[0] = (uint8_t)what;
    memcpy(head + 1, &first_length, 4);
    memcpy(head + 5, &second_length, 4);
    memcpy(head + 9, &offset, 8);
    memcpy(head + 17, &contents, 8);
    size_t size = sizeof head + first_length + second_length + length;
    char *whole = malloc(size), *at = whole;
    if (whole == NULL)
        abort();
    at = mempcpy(at, head, sizeof head);
    at = mempcpy(at, first, first_length);
    at = mempcpy(at, second, second_length);
    for (int i = 0; i < count && length > 0; i++) {
        size_t part = pieces[i].iov_len < length ? pieces[i].iov_len : length;
        at = mempcpy(at, pieces[i].iov_base, part);
        length -= part;
    }
    /* One write, so that whoever looks at the journal's size sees whole records. */
    if (REAL(write)(journal, whole, size) != (ssize_t)size)
        abort();
    free(whole);
}

static int opened(int directory, const char *name, int flags, mode_t mode)
{
    char path[PATH_MAX];
    int ours = absolute(directory, name, path);
    if (!ours)
        return REAL(openat)(directory, name, flags, mode);
    pthread_mutex_lock(&lock);
    struct stat before;
    int was_there = lstat(path, &before) == 0;
    int fd = REAL(openat)(directory, name, flags, mode);
    int failure = errno;
    if (fd >= 0 && !was_there && (flags & O_CREAT))
        record(CREATE, path, "", 0, NULL, 0, 0);
    if (fd >= 0 && was_there && (flags & O_TRUNC))
        record(TRUNCATE, path, "", 0, NULL, 0, 0);
    if (fd >= 0 && (flags & O_TMPFILE) == O_TMPFILE)
        record(UNKNOWN, path, "O_TMPFILE", 0, NULL, 0, 0);
    pthread_mutex_unlock(&lock);
    errno = failure;
    return fd;
}

static mode_t mode_argument(int flags, va_list more)
{
    int takes_mode = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
    return takes_mode ? (mode_t)va_arg(more, int) : 0;
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        mode_t mode = mode_argument(flags, more);                                                  \
        va_end(more);                                                                              \
        return opened(AT_FDCWD, path, flags, mode);                                                \
    }
#define OPENAT(name)                                                                               \
    int name(int directory, const char *path, int flags, ...)                                      \
    {                                                                                              \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        mode_t mode = mode_argument(flags, more);                                                  \
        va_end(more);                                                                              \
        return opened(directory, path, flags, mode);                                               \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat64)

/* `openat` itself is what `opened` calls: its own name needs the real one by hand. */
OPENAT(openat)

int creat(const char *path, mode_t mode)
{
    return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int creat64(const char *path, mode_t mode)
{
    return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

/* Where an unpositioned write begins. */
static uint64_t position(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    off_t at = lseek(fd, 0, SEEK_CUR);
    if (flags >= 0 && (flags & O_APPEND)) {
        struct stat about;
        if (fstat(fd, &about) == 0)
            return (uint64_t)about.st_size;
    }
    return at < 0 ? 0 : (uint64_t)at;
}

static ssize_t written(int fd, const struct iovec *pieces, int count, off_t offset, int positioned)
{
    char path[PATH_MAX];
    int ours = path_of(fd, path);
    if (ours)
        pthread_mutex_lock(&lock);
    uint64_t at = positioned ? (uint64_t)offset : (ours ? position(fd) : 0);
    ssize_t done = positioned ? REAL(pwritev)(fd, pieces, count, offset)
                              : REAL(writev)(fd, pieces, count);
    int failure = errno;
    if (ours) {
        if (done > 0)
            record(WRITE, path, "", at, pieces, count, (size_t)done);
        pthread_mutex_unlock(&lock);
    }
    errno = failure;
    return done;
}

ssize_t write(int fd, const void *octets, size_t length)
{
    char path[PATH_MAX];
    if (!path_of(fd, path))
        return REAL(write)(fd, octets, length);
    struct iovec one = {(void *)octets, length};
    return written(fd, &one, 1, 0, 0);
}

ssize_t writev(int fd, const struct iovec *pieces, int count)
{
    return written(fd, pieces, count, 0, 0);
}

ssize_t pwrite(int fd, const void *octets, size_t length, off_t offset)
{
    struct iovec one = {(void *)octets, length};
    return written(fd, &one, 1, offset, 1);
}

ssize_t pwrite64(int fd, const void *octets, size_t length, off64_t offset)
{
    struct iovec one = {(void *)octets, length};
    return written(fd, &one, 1, offset, 1);
}

ssize_t pwritev(int fd, const struct iovec *pieces, int count, off_t offset)
{
    return written(fd, pieces, count, offset, 1);
}

ssize_t pwritev64(int fd, const struct iovec *pieces, int count, off64_t offset)
{
    return written(fd, pieces, count, offset, 1);
}

static int truncated(int fd, off_t length)
{
    char path[PATH_MAX];
    if (!path_of(fd, path))
        return REAL(ftruncate)(fd, length);
    pthread_mutex_lock(&lock);
    int failed = REAL(ftruncate)(fd, length);
    int failure = errno;
    if (!failed)
        record(TRUNCATE, path, "", (uint64_t)length, NULL, 0, 0);
    pthread_mutex_unlock(&lock);
    errno = failure;
    return failed;
}

int ftruncate(int fd, off_t length)
{
    return truncated(fd, length);
}

int ftruncate64(int fd, off64_t length)
{
    return truncated(fd, length);
}

static int synced(int fd, int (*call)(int))
{
    char path[PATH_MAX];
    if (!path_of(fd, path))
        return call(fd);
    usleep(sync_delay);
    pthread_mutex_lock(&lock);
    int failed = call(fd);
    int failure = errno;
    if (!failed)
        record(SYNC, path, "", 0, NULL, 0, 0);
    pthread_mutex_unlock(&lock);
    errno = failure;
    return failed;
}

int fsync(int fd)
{
    return synced(fd, REAL(fsync));
}

int fdatasync(int fd)
{
    return synced(fd, REAL(fdatasync));
}

int renameat2(int from, const char *old, int to, const char *new, unsigned int flags)
{
    char first[PATH_MAX], second[PATH_MAX];
    int ours = absolute(from, old, first) | absolute(to, new, second);
    if (ours)
        pthread_mutex_lock(&lock);
    int failed = REAL(renameat2)(from, old, to, new, flags);
    int failure = errno;
    if (ours) {
        if (!failed)
            record((flags & RENAME_EXCHANGE) ? UNKNOWN : RENAME, first, second, 0, NULL, 0, 0);
        pthread_mutex_unlock(&lock);
    }
    errno = failure;
    return failed;
}

int renameat(int from, const char *old, int to, const char *new)
{
    return renameat2(from, old, to, new, 0);
}

int rename(const char *old, const char *new)
{
    return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0);
}

int linkat(int from, const char *old, int to, const char *new, int flags)
{
    char first[PATH_MAX], second[PATH_MAX];
    int ours = absolute(to, new, second) && absolute(from, old, first);
    if (ours)
        pthread_mutex_lock(&lock);
    int failed = REAL(linkat)(from, old, to, new, flags);
    int failure = errno;
    if (ours) {
        if (!failed)
            record(LINK, first, second, 0, NULL, 0, 0);
        pthread_mutex_unlock(&lock);
    }
    errno = failure;
    return failed;
}

int link(const char *old, const char *new)
{
    return linkat(AT_FDCWD, old, AT_FDCWD, new, 0);
}

int unlinkat(int directory, const char *name, int flags)
{
    char path[PATH_MAX];
    int ours = absolute(directory, name, path);
    if (ours)
        pthread_mutex_lock(&lock);
    int failed = REAL(unlinkat)(directory, name, flags);
    int failure = errno;
    if (ours) {
        if (!failed)
            record(UNLINK, path, "", 0, NULL, 0, 0);
        pthread_mutex_unlock(&lock);
    }
    errno = failure;
    return failed;
}

int unlink(const char *name)
{
    return unlinkat(AT_FDCWD, name, 0);
}

int mkdirat(int directory, const char *name, mode_t mode)
{
    char path[PATH_MAX];
    int ours = absolute(directory, name, path);
    if (ours)
        pthread_mutex_lock(&lock);
    int failed = REAL(mkdirat)(directory, name, mode);
    int failure = errno;
    if (ours) {
        if (!failed)
            record(MAKE_DIRECTORY, path, "", 0, NULL, 0, 0);
        pthread_mutex_unlock(&lock);
    }
    errno = failure;
    return failed;
}

int mkdir(const char *name, mode_t mode)
{
    return mkdirat(AT_FDCWD, name, mode);
}

/* Ways to change a file that nothing here uses today; if that changes, the test must learn them. */
ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *where, size_t length, unsigned flags)
{
    char path[PATH_MAX];
    if (path_of(to, path)) {
        pthread_mutex_lock(&lock);
        record(UNKNOWN, path, "copy_file_range", 0, NULL, 0, 0);
        pthread_mutex_unlock(&lock);
    }
    return REAL(copy_file_range)(from, at, to, where, length, flags);
}
