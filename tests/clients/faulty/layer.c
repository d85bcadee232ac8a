/* A disk that fails and a clock that is wrong, at a word.
 *
 * Preloaded into a server. FAULTY_ROOT is the directory whose files are on the faulty disk, without
 * symbolic links; FAULTY_CONTROL is a file of 16 octets, mapped, that says at any time what is wrong: the errno
 * with which everything ends that would write below the root (0: nothing), and by how many
 * nanoseconds the clock of day is off.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct control {
    int64_t failure;
    int64_t clock_offset;
};

static volatile const struct control *control;
static char root[PATH_MAX];
static size_t root_length;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL)
        abort();
    return found;
}

__attribute__((constructor)) static void begin(void)
{
    const char *directory = getenv("FAULTY_ROOT");
    const char *file = getenv("FAULTY_CONTROL");
    if (directory == NULL || file == NULL)
        return;
    root_length = (size_t)snprintf(root, sizeof root, "%s", directory);
    int fd = REAL(open)(file, O_RDONLY | O_CLOEXEC);
    void *mapped = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *control, PROT_READ, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED) {
        dprintf(2, "faulty: %s: %s\n", file, strerror(errno));
        abort();
    }
    close(fd);
    control = mapped;
}

static int below_root(const char *path)
{
    return strncmp(path, root, root_length) == 0 &&
           (path[root_length] == '/' || path[root_length] == '\0');
}

/* The errno for a write to this file; 0 when it is done as ever. */
static int failure_of(int fd)
{
    int failure = control == NULL ? 0 : (int)control->failure;
    if (failure == 0)
        return 0;
    struct stat about;
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
        return 0;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0)
        return 0;
    path[length] = '\0';
    /* Shared memory is not on the disk until it is written back. */
    return below_root(path) && strstr(path, "-shm") == NULL ? failure : 0;
}

#define WRITING(result, name, parameters, arguments)                                               \
    result name parameters                                                                         \
    {                                                                                              \
        int failure = failure_of(fd);                                                              \
        if (failure != 0) {                                                                        \
            errno = failure;                                                                       \
            return -1;                                                                             \
        }                                                                                          \
        return REAL(name) arguments;                                                               \
    }

WRITING(ssize_t, write, (int fd, const void *octets, size_t length), (fd, octets, length))
WRITING(ssize_t, writev, (int fd, const struct iovec *all, int count), (fd, all, count))
WRITING(ssize_t, pwrite, (int fd, const void *octets, size_t length, off_t at),
        (fd, octets, length, at))
WRITING(ssize_t, pwrite64, (int fd, const void *octets, size_t length, off64_t at),
        (fd, octets, length, at))
WRITING(ssize_t, pwritev, (int fd, const struct iovec *all, int count, off_t at),
        (fd, all, count, at))
WRITING(ssize_t, pwritev64, (int fd, const struct iovec *all, int count, off64_t at),
        (fd, all, count, at))
/* A shorter file needs no room, but cannot be had on a disk that is read-only. */
WRITING(int, ftruncate, (int fd, off_t length), (fd, length))
WRITING(int, ftruncate64, (int fd, off64_t length), (fd, length))

static int refuses_new(const char *path, int flags)
{
    if (control == NULL || control->failure == 0)
        return 0;
    int makes = (flags & O_CREAT) && access(path, F_OK) != 0;
    int changes = control->failure == EROFS && (flags & O_ACCMODE) != O_RDONLY;
    if (!makes && !changes)
        return 0;
    char whole[PATH_MAX];
    char directory[PATH_MAX];
    snprintf(directory, sizeof directory, "%s", path);
    char *slash = strrchr(directory, '/');
    if (slash == NULL)
        return 0;
    *slash = '\0';
    return realpath(directory, whole) != NULL && below_root(whole);
}

#define OPENING(name)                                                                              \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        mode_t mode = (flags & O_CREAT) ? (mode_t)va_arg(more, int) : 0;                           \
        va_end(more);                                                                              \
        if (refuses_new(path, flags)) {                                                            \
            errno = (int)control->failure;                                                         \
            return -1;                                                                             \
        }                                                                                          \
        return REAL(name)(path, flags, mode);                                                      \
    }
OPENING(open)
OPENING(open64)

static int64_t offset(void)
{
    return control == NULL ? 0 : control->clock_offset;
}

int clock_gettime(clockid_t which, struct timespec *now)
{
    int failed = REAL(clock_gettime)(which, now);
    if (!failed && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) {
        int64_t whole = (int64_t)now->tv_sec * 1000000000 + now->tv_nsec + offset();
        now->tv_sec = whole / 1000000000;
        now->tv_nsec = whole % 1000000000;
    }
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    int failed = REAL(gettimeofday)(now, zone);
    if (!failed)
        now->tv_sec += offset() / 1000000000;
    return failed;
}

time_t time(time_t *kept)
{
    time_t now = REAL(time)(NULL) + offset() / 1000000000;
    if (kept != NULL)
        *kept = now;
    return now;
}
