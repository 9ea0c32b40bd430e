// SPDX-License-Identifier: GPL-2.0-only
/*
 * Refuses one call of a program, as a kernel or an allocator short of something would. Preloaded; told by the environment:
 *
 *   FAULTS_TABLE  a file where each place that calls is noted: what is called, how often, from where
 *   FAULTS_SITE   the place to be refused, by its key; none: nothing is refused
 *   FAULTS_NTH    from its so many-th call on (1)
 *   FAULTS_TIMES  so many of its calls (1); 0: all from there on
 *   FAULTS_ANSWER a system call without a function of its own is not made and gives this, as if it had been
 *
 * A place is the function that is called and the chain of its callers, so that ten thousand allocations are some
 * hundred places. Only the process that is started counts: neither what it forks nor what it executes. Addresses are
 * taken as they are: who compares two runs sees to it that the program lies at the same ones (tests/faults/faults.py).
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SITES 4096
#define DEPTH 7	 /* callers that tell two places apart */
#define SKIP 2	 /* this file's own frames */
#define MEMBERS 6 /* callers whose names are noted */

/* faults.py reads it. */
struct site {
	uint64_t key, calls, refused;
	char name[40];
	char callers[MEMBERS][72];
};

static struct {
	struct site *sites;
	uint64_t key, nth, times;
	const char *answer; /* NULL: it fails */
	pid_t owner;
	bool busy; /* a lock */
} faults;

/* The work of this file calls what it replaces. */
static __thread bool inside __attribute__((tls_model("initial-exec")));

static uint64_t number_of(const char *name, int base, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, base) : otherwise;
}

/* Shared with the file, so that it tells of a process that was killed, too. */
static struct site *map_table(const char *path)
{
	void *map = MAP_FAILED;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd >= 0 && !ftruncate(fd, SITES * sizeof(struct site)))
		map = mmap(NULL, SITES * sizeof(struct site), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		_exit(99);
	close(fd);
	return map;
}

static void __attribute__((constructor)) begin(void)
{
	const char *path = getenv("FAULTS_TABLE");
	void *first[2];

	unsetenv("LD_PRELOAD"); /* what the program executes is none of our business */
	if (!path)
		return;
	inside = true;
	backtrace(first, 2); /* loads what it needs now */
	faults.key = number_of("FAULTS_SITE", 16, 0);
	faults.nth = number_of("FAULTS_NTH", 10, 1);
	faults.times = number_of("FAULTS_TIMES", 10, 1);
	faults.answer = getenv("FAULTS_ANSWER");
	faults.sites = map_table(path);
	faults.owner = getpid();
	inside = false;
}

static uint64_t key_of(const char *name, void *const *frames, int depth)
{
	uint64_t key = 0xcbf29ce484222325;

	for (; *name; name++)
		key = (key ^ (unsigned char)*name) * 0x100000001b3;
	for (int i = 0; i < depth; i++)
		key = (key ^ (uintptr_t)frames[i]) * 0x100000001b3;
	return key ? key : 1;
}

/* "name", or "file+0xoffset" for what has no name (addr2line gives one). */
static void name_caller(void *frame, char text[72])
{
	Dl_info found;
	const char *file;

	if (!dladdr(frame, &found))
		return;
	file = strrchr(found.dli_fname, '/');
	file = file ? file + 1 : found.dli_fname;
	if (found.dli_sname)
		snprintf(text, 72, "%.63s", found.dli_sname);
	else
		snprintf(text, 72, "%.40s+0x%lx", file, (long)((char *)frame - (char *)found.dli_fbase) - 1);
}

static struct site *site_of(const char *name, void *const *frames, int depth)
{
	uint64_t key = key_of(name, frames, depth > DEPTH ? DEPTH : depth);
	size_t at = key % SITES;

	for (; faults.sites[at].key; at = (at + 1) % SITES)
		if (faults.sites[at].key == key)
			return &faults.sites[at];
	for (int i = 0; i < MEMBERS && i < depth; i++)
		name_caller(frames[i], faults.sites[at].callers[i]);
	snprintf(faults.sites[at].name, sizeof(faults.sites[at].name), "%s", name);
	faults.sites[at].key = key;
	return &faults.sites[at];
}

static inline __attribute__((always_inline)) bool count(const char *name)
{
	void *frames[DEPTH + SKIP];
	int depth = backtrace(frames, DEPTH + SKIP) - SKIP;
	struct site *site;
	bool refused;

	while (__atomic_test_and_set(&faults.busy, __ATOMIC_ACQUIRE))
		;
	site = site_of(name, frames + SKIP, depth);
	site->calls++;
	refused = site->key == faults.key && site->calls >= faults.nth &&
		  (!faults.times || site->calls < faults.nth + faults.times);
	site->refused += refused;
	__atomic_clear(&faults.busy, __ATOMIC_RELEASE);
	return refused;
}

/* Is this the call that is to fail? Then errno is set. */
static __attribute__((noinline)) bool refused(const char *name, int error)
{
	int before = errno;
	bool fails;

	if (inside || !faults.sites || getpid() != faults.owner)
		return false;
	inside = true;
	fails = count(name);
	inside = false;
	errno = fails ? error : before;
	return fails;
}

#define NEXT(name)                                                                                                   \
	static __typeof__(&name) next;                                                                               \
	if (!next)                                                                                                   \
	next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define WRAP(type, name, parameters, arguments, failure, error)                                                      \
	type name parameters                                                                                         \
	{                                                                                                            \
		NEXT(name);                                                                                          \
		return refused(#name, error) ? failure : next arguments;                                             \
	}

/* Those that return what went wrong. */
#define WRAP_ERROR(name, parameters, arguments, error)                                                               \
	int name parameters                                                                                          \
	{                                                                                                            \
		NEXT(name);                                                                                          \
		return refused(#name, 0) ? error : next arguments;                                                   \
	}

#pragma GCC diagnostic ignored "-Wnonnull-compare"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"

/* Memory */
WRAP(void *, malloc, (size_t size), (size), NULL, ENOMEM)
WRAP(void *, calloc, (size_t n, size_t size), (n, size), NULL, ENOMEM)
WRAP(void *, realloc, (void *memory, size_t size), (memory, size), NULL, ENOMEM)
WRAP(void *, reallocarray, (void *memory, size_t n, size_t size), (memory, n, size), NULL, ENOMEM)
WRAP(void *, mmap, (void *at, size_t n, int p, int f, int fd, off_t o), (at, n, p, f, fd, o), MAP_FAILED, ENOMEM)
WRAP(void *, mmap64, (void *at, size_t n, int p, int f, int fd, off_t o), (at, n, p, f, fd, o), MAP_FAILED, ENOMEM)
WRAP_ERROR(posix_memalign, (void **memory, size_t align, size_t size), (memory, align, size), ENOMEM)

/* Files */
WRAP(FILE *, fopen, (const char *path, const char *mode), (path, mode), NULL, EMFILE)
WRAP(FILE *, fopen64, (const char *path, const char *mode), (path, mode), NULL, EMFILE)
WRAP(FILE *, fdopen, (int fd, const char *mode), (fd, mode), NULL, ENOMEM)
WRAP(FILE *, open_memstream, (char **text, size_t *size), (text, size), NULL, ENOMEM)
WRAP(FILE *, fmemopen, (void *text, size_t size, const char *mode), (text, size, mode), NULL, ENOMEM)
WRAP(DIR *, opendir, (const char *path), (path), NULL, EMFILE)
WRAP(DIR *, fdopendir, (int fd), (fd), NULL, ENOMEM)
WRAP(struct dirent *, readdir, (DIR *folder), (folder), NULL, EIO)
WRAP(ssize_t, read, (int fd, void *to, size_t size), (fd, to, size), -1, EIO)
WRAP(ssize_t, pread, (int fd, void *to, size_t size, off_t at), (fd, to, size, at), -1, EIO)
WRAP(ssize_t, write, (int fd, const void *from, size_t size), (fd, from, size), -1, EIO)
WRAP(ssize_t, writev, (int fd, const struct iovec *parts, int n), (fd, parts, n), -1, ENOSPC)
WRAP(ssize_t, pwrite, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at), -1, ENOSPC)
WRAP(ssize_t, getdelim, (char **line, size_t *room, int end, FILE *file), (line, room, end, file), -1, ENOMEM)
WRAP(ssize_t, __getdelim, (char **line, size_t *room, int end, FILE *file), (line, room, end, file), -1, ENOMEM)
WRAP(ssize_t, readlink, (const char *path, char *to, size_t size), (path, to, size), -1, ENOMEM)
WRAP(ssize_t, readlinkat, (int at, const char *path, char *to, size_t size), (at, path, to, size), -1, ENOMEM)
WRAP(int, access, (const char *path, int mode), (path, mode), -1, ENOMEM)
WRAP(int, faccessat, (int at, const char *path, int mode, int flags), (at, path, mode, flags), -1, ENOMEM)
WRAP(int, stat, (const char *path, struct stat *to), (path, to), -1, ENOMEM)
WRAP(int, lstat, (const char *path, struct stat *to), (path, to), -1, ENOMEM)
WRAP(int, fstat, (int fd, struct stat *to), (fd, to), -1, EIO)
WRAP(int, fstatat, (int at, const char *path, struct stat *to, int flags), (at, path, to, flags), -1, ENOMEM)
WRAP(int, ftruncate, (int fd, off_t size), (fd, size), -1, EIO)
WRAP(off_t, lseek, (int fd, off_t at, int from), (fd, at, from), -1, ESPIPE)
WRAP(int, unlink, (const char *path), (path), -1, EROFS)
WRAP(int, dup, (int fd), (fd), -1, EMFILE)
WRAP(int, dup3, (int fd, int to, int flags), (fd, to, flags), -1, EBUSY)
WRAP(int, pipe2, (int ends[2], int flags), (ends, flags), -1, EMFILE)
WRAP(int, socketpair, (int d, int t, int p, int ends[2]), (d, t, p, ends), -1, EMFILE)

/* What is closed is closed, whatever the answer. */
int close(int fd)
{
	NEXT(close);
	int result = next(fd);

	return refused("close", EIO) ? -1 : result;
}

#define WRAP_OPEN(name)                                                                                              \
	int name(const char *path, int flags, ...)                                                                   \
	{                                                                                                            \
		va_list rest;                                                                                        \
		mode_t mode;                                                                                         \
		NEXT(name);                                                                                          \
		va_start(rest, flags);                                                                               \
		mode = va_arg(rest, mode_t);                                                                         \
		va_end(rest);                                                                                        \
		return refused(#name, EMFILE) ? -1 : next(path, flags, mode);                                        \
	}
WRAP_OPEN(open)
WRAP_OPEN(open64)

int openat(int at, const char *path, int flags, ...)
{
	va_list rest;
	mode_t mode;
	NEXT(openat);
	va_start(rest, flags);
	mode = va_arg(rest, mode_t);
	va_end(rest);
	return refused("openat", EMFILE) ? -1 : next(at, path, flags, mode);
}

#define WRAP_CONTROL(name, kind, error)                                                                              \
	int name(int fd, kind what, ...)                                                                             \
	{                                                                                                            \
		va_list rest;                                                                                        \
		long argument;                                                                                       \
		NEXT(name);                                                                                          \
		va_start(rest, what);                                                                                \
		argument = va_arg(rest, long);                                                                       \
		va_end(rest);                                                                                        \
		return refused(#name, error) ? -1 : next(fd, what, argument);                                        \
	}
WRAP_CONTROL(fcntl, int, EMFILE)
WRAP_CONTROL(fcntl64, int, EMFILE)
WRAP_CONTROL(ioctl, unsigned long, EINVAL)

/* Waiting */
WRAP(int, epoll_create1, (int flags), (flags), -1, EMFILE)
WRAP(int, epoll_ctl, (int fd, int what, int on, struct epoll_event *event), (fd, what, on, event), -1, ENOSPC)
WRAP(int, epoll_wait, (int fd, struct epoll_event *event, int n, int ms), (fd, event, n, ms), -1, EINTR)
WRAP(int, poll, (struct pollfd *fds, nfds_t n, int ms), (fds, n, ms), -1, EINTR)
WRAP(int, nanosleep, (const struct timespec *time, struct timespec *left), (time, left), -1, EINTR)

/* Processes and threads */
WRAP(pid_t, fork, (void), (), -1, EAGAIN)
WRAP_ERROR(pthread_create, (pthread_t * thread, const pthread_attr_t *how, void *(*what)(void *), void *with),
	   (thread, how, what, with), EAGAIN)
WRAP_ERROR(posix_spawn,
	   (pid_t * pid, const char *path, const posix_spawn_file_actions_t *files, const posix_spawnattr_t *how,
	    char *const *argv, char *const *environment),
	   (pid, path, files, how, argv, environment), EAGAIN)
WRAP(pid_t, waitpid, (pid_t pid, int *status, int options), (pid, status, options), -1, EINTR)
WRAP(int, waitid, (idtype_t kind, id_t id, siginfo_t *end, int options), (kind, id, end, options), -1, EINTR)
WRAP(ssize_t, process_vm_readv,
     (pid_t pid, const struct iovec *to, unsigned long n, const struct iovec *from, unsigned long m, unsigned long flags),
     (pid, to, n, from, m, flags), -1, ENOMEM)
WRAP(ssize_t, getrandom, (void *to, size_t size, unsigned int flags), (to, size, flags), -1, ENOSYS)

int prctl(int what, ...)
{
	unsigned long a[4];
	va_list rest;
	NEXT(prctl);
	va_start(rest, what);
	for (int i = 0; i < 4; i++)
		a[i] = va_arg(rest, unsigned long);
	va_end(rest);
	return refused("prctl", EINVAL) ? -1 : next(what, a[0], a[1], a[2], a[3]);
}

/* What has no function of its own: bpf(2) by its command, others by number. */
long syscall(long number, ...)
{
	char name[40];
	va_list rest;
	long a[6];
	NEXT(syscall);
	va_start(rest, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(rest, long);
	va_end(rest);
	if (number == SYS_bpf)
		snprintf(name, sizeof(name), "bpf(%ld)", a[0]);
	else
		snprintf(name, sizeof(name), "syscall(%ld)", number);
	if (refused(name, number == SYS_bpf ? ENOMEM : EPERM))
		return faults.answer ? atol(faults.answer) : -1;
	return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
