/* Makes chosen calls fail below one folder, or the clock read another year; built by faults.py with its values.

   PREFIX: the folder; ERROR: errno; AFTER: how many calls of a process succeed first; OPS: which, as below.
   YEAR_SHIFT: seconds that are added to the wall clock, in place of all that. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#ifdef YEAR_SHIFT

int clock_gettime(clockid_t clock, struct timespec *at) {
    int done = REAL(clock_gettime)(clock, at);
    if (!done && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) at->tv_sec += YEAR_SHIFT;
    return done;
}
time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}
int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

#else

enum { WRITE = 1, OPEN = 2, CLOSE = 4, SYNC = 8, RENAME = 16, MKDIR = 32, READ = 64 };
static int calls;

static int below(const char *path) { return path && !strncmp(path, PREFIX, strlen(PREFIX)); }
static int hit(int op, int there) {
    if (!(OPS & op) || !there || __sync_fetch_and_add(&calls, 1) < AFTER) return 0;
    errno = ERROR;
    return 1;
}
static int file(int fd) {
    char link[64], path[4096];
    int saved = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    errno = saved;
    if (size < 0) return 0;
    path[size] = 0;
    return below(path);
}
static int named(int folder, const char *name) {
    char here[4096];
    if (!name || name[0] == '/') return below(name);
    return folder == AT_FDCWD ? getcwd(here, sizeof here) && below(here) : file(folder);
}

ssize_t write(int fd, const void *data, size_t size) { return hit(WRITE, file(fd)) ? -1 : REAL(write)(fd, data, size); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    return hit(WRITE, file(fd)) ? -1 : REAL(pwrite64)(fd, data, size, at);
}
ssize_t read(int fd, void *data, size_t size) { return hit(READ, file(fd)) ? -1 : REAL(read)(fd, data, size); }
ssize_t pread64(int fd, void *data, size_t size, off64_t at) {
    return hit(READ, file(fd)) ? -1 : REAL(pread64)(fd, data, size, at);
}
int close(int fd) {
    int there = (OPS & CLOSE) && file(fd);
    int done = REAL(close)(fd);
    return hit(CLOSE, there) ? -1 : done;
}
int fsync(int fd) { return hit(SYNC, file(fd)) ? -1 : REAL(fsync)(fd); }
int rename(const char *from, const char *to) { return hit(RENAME, named(AT_FDCWD, to)) ? -1 : REAL(rename)(from, to); }
int mkdir(const char *path, mode_t mode) { return hit(MKDIR, named(AT_FDCWD, path)) ? -1 : REAL(mkdir)(path, mode); }
int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    return hit(OPEN, named(AT_FDCWD, path)) ? -1 : REAL(open64)(path, flags, mode);
}
int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    return hit(OPEN, named(AT_FDCWD, path)) ? -1 : REAL(open)(path, flags, mode);
}
int openat(int folder, const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    return hit(OPEN, named(folder, path)) ? -1 : REAL(openat)(folder, path, flags, mode);
}
#endif
