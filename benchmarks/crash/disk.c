/* A disk that fails, for one process: loaded with LD_PRELOAD before the C library's own functions.
 *
 * DISK_FILES    a part of the paths of the watched files
 * DISK_FULL_AT  from this write on (1, 2, …) every write to a watched file fails with ENOSPC
 * DISK_LOG      a file to which every write, truncation, sync, removal and rename of watched files is
 *               appended in order, with everything written to standard output; see benchmarks/crash/power.py
 *
 * Linux only: file names are read from /proc/self/fd.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITE = 1, TRUNCATE = 2, SYNC = 3, REMOVE = 4, RENAME = 5, STDOUT = 6 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *files;
static long full_at;
static long writes;
static int log_to = -1;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static int (*real_ftruncate)(int, off64_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);

__attribute__((constructor)) static void begin(void)
{
    const char *value;
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_rename = dlsym(RTLD_NEXT, "rename");
    files = getenv("DISK_FILES");
    if ((value = getenv("DISK_FULL_AT")))
        full_at = atol(value);
    if ((value = getenv("DISK_LOG")))
        log_to = open(value, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static int watched(const char *name)
{
    return files && strstr(name, files) != NULL;
}

/* Whether a descriptor is a watched file; if so, its name is put into `name`. */
static int watched_fd(int fd, char *name, size_t room)
{
    char link[64];
    ssize_t length;
    if (!files)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, name, room - 1);
    if (length < 0)
        return 0;
    name[length] = 0;
    return watched(name);
}

static void note(uint32_t what, const char *name, int64_t at, const void *data, uint32_t length)
{
    uint32_t sizes[3] = {what, (uint32_t)strlen(name), length};
    struct iovec parts[4] = {
        {sizes, sizeof sizes}, {&at, sizeof at}, {(void *)name, sizes[1]}, {(void *)data, length}};
    if (log_to >= 0 && writev(log_to, parts, 4) < 0)
        abort();
}

/* For a forked process: reset the count, and be full at that write (0: never). */
void disk_full_at(long write)
{
    writes = 0;
    full_at = write;
}

/* How many writes there were. */
long disk_writes(void)
{
    return writes;
}

/* Count a write. True when the disk is full for it. */
static int full(void)
{
    ++writes;
    return full_at && writes >= full_at;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at)
{
    char name[4096];
    ssize_t done;
    if (!watched_fd(fd, name, sizeof name))
        return real_pwrite(fd, data, length, at);
    pthread_mutex_lock(&lock);
    if (full()) {
        pthread_mutex_unlock(&lock);
        errno = ENOSPC;
        return -1;
    }
    done = real_pwrite(fd, data, length, at);
    if (done > 0)
        note(WRITE, name, at, data, (uint32_t)done);
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t at)
{
    return pwrite64(fd, data, length, at);
}

ssize_t write(int fd, const void *data, size_t length)
{
    char name[4096];
    ssize_t done;
    int is_watched = watched_fd(fd, name, sizeof name);
    if (!is_watched && !(fd == 1 && log_to >= 0))
        return real_write(fd, data, length);
    pthread_mutex_lock(&lock);
    if (is_watched && full()) {
        pthread_mutex_unlock(&lock);
        errno = ENOSPC;
        return -1;
    }
    done = real_write(fd, data, length);
    if (done > 0) {
        if (is_watched)
            note(WRITE, name, lseek64(fd, 0, SEEK_CUR) - done, data, (uint32_t)done);
        else
            note(STDOUT, "", 0, data, (uint32_t)done);
    }
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate64(int fd, off64_t length)
{
    char name[4096];
    int done;
    if (!watched_fd(fd, name, sizeof name))
        return real_ftruncate(fd, length);
    pthread_mutex_lock(&lock);
    done = real_ftruncate(fd, length);
    if (done == 0)
        note(TRUNCATE, name, length, "", 0);
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate(int fd, off_t length)
{
    return ftruncate64(fd, length);
}

static int synced(int fd, int (*sync)(int))
{
    char name[4096] = "";
    struct stat seen;
    int done;
    if (!watched_fd(fd, name, sizeof name) && !(files && fstat(fd, &seen) == 0 && S_ISDIR(seen.st_mode)))
        return sync(fd); /* the sync of a folder makes removals and renames in it durable */
    pthread_mutex_lock(&lock);
    done = sync(fd);
    if (done == 0)
        note(SYNC, name, 0, "", 0);
    pthread_mutex_unlock(&lock);
    return done;
}

int fsync(int fd)
{
    return synced(fd, real_fsync);
}

int fdatasync(int fd)
{
    return synced(fd, real_fdatasync);
}

int unlink(const char *name)
{
    int done;
    if (!watched(name))
        return real_unlink(name);
    pthread_mutex_lock(&lock);
    done = real_unlink(name);
    if (done == 0)
        note(REMOVE, name, 0, "", 0);
    pthread_mutex_unlock(&lock);
    return done;
}

int rename(const char *from, const char *to)
{
    int done;
    if (!watched(from))
        return real_rename(from, to);
    pthread_mutex_lock(&lock);
    done = real_rename(from, to);
    if (done == 0)
        note(RENAME, from, 0, to, (uint32_t)strlen(to));
    pthread_mutex_unlock(&lock);
    return done;
}
