// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/util/far_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define SILENCE_MS 1000 /* without any progress */
#define PIECE_BYTES (1u << 20)
#define COPY_BYTES (1ull << 30)
#define SILENT_MAX 16

/*
 * Which devices did not answer. It is the process's, not an observation's: a child that waits for one stays until the
 * server answers or the file system is taken away, and another one would fare no better.
 */
static struct {
	dev_t devices[SILENT_MAX];
	size_t count;
	char path[256];
} silent;

/* --- which file systems are far ------------------------------------------------------------------------------- */

static bool is_served(const char *type)
{
	static const char *const types[] = {"fuse",  "nfs", "cifs", "smb",	"9p",  "virtiofs", "ceph", "afs",
					    "lustre", "gfs", "ocfs", "orangefs", "coda", "beegfs", "vboxsf", "autofs"};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (!strncmp(type, types[i], strlen(types[i])))
			return true;
	return false;
}

/* proc_pid_mountinfo(5): "36 35 98:0 /root /point options fields... - type source options". Returns 1, 0, or -ENOENT. */
static int listed(int folder, const char *path, dev_t device, uint64_t mount)
{
	int fd = openat(folder, path, O_RDONLY | O_CLOEXEC), found = -ENOENT;
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	unsigned int number, high, low;
	size_t room = 0;
	char *line = NULL, *type;

	if (!file && fd >= 0)
		close(fd);
	while (file && found < 0 && getline(&line, &room, file) > 0) {
		type = strstr(line, " - ");
		if (type && sscanf(line, "%u %*u %u:%u", &number, &high, &low) == 3 &&
		    (makedev(high, low) == device || (mount && number == mount)))
			found = is_served(type + 3);
	}
	if (file)
		fclose(file);
	free(line);
	return found;
}

/* memfd_create(2) and shared anonymous memory lie on a file system of the kernel's own, which is mounted nowhere. */
static bool is_memory(dev_t device)
{
	int fd = memfd_create("thrace-device", MFD_CLOEXEC);
	struct stat status;
	bool same = fd >= 0 && !fstat(fd, &status) && status.st_dev == device;

	if (fd >= 0)
		close(fd);
	return same;
}

/* The process's mounts and ours. What else is mounted nowhere (any more) may be anything. */
static bool is_far(int folder, dev_t device, uint64_t mount)
{
	int found = folder < 0 ? -ENOENT : listed(folder, "mountinfo", device, mount);

	if (found < 0)
		found = listed(AT_FDCWD, "/proc/self/mountinfo", device, mount);
	return found < 0 ? !is_memory(device) : found != 0;
}

static bool is_silent(dev_t device)
{
	for (size_t i = 0; i < silent.count; i++)
		if (silent.devices[i] == device)
			return true;
	return false;
}

static int note_silent(dev_t device, const char *name)
{
	if (!silent.count)
		snprintf(silent.path, sizeof(silent.path), "%s", name);
	if (silent.count < SILENT_MAX)
		silent.devices[silent.count++] = device;
	return -ETIMEDOUT;
}

const char *far_file_silent(void)
{
	return silent.path;
}

/* --- looking and opening -------------------------------------------------------------------------------------- */

int far_file_look(int folder, const char *path, struct far_file *file, mode_t *mode)
{
	struct statx status;
	int flags = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT | (*path ? 0 : AT_EMPTY_PATH);

	if (statx(folder, path, flags, STATX_TYPE | STATX_INO | STATX_MNT_ID, &status))
		return -errno;
	file->inode = status.stx_ino;
	file->device = makedev(status.stx_dev_major, status.stx_dev_minor);
	file->mount = status.stx_mask & STATX_MNT_ID ? status.stx_mnt_id : 0;
	if (mode)
		*mode = status.stx_mode;
	return 0;
}

/* First only looked at: a device put in its place is never opened. */
static int open_wanted(int folder, const char *path, const struct far_file *wanted)
{
	int looked = openat(folder, path, O_PATH | O_CLOEXEC), fd;
	struct far_file file;
	char itself[32];
	mode_t mode;

	if (looked < 0)
		return -errno;
	fd = far_file_look(looked, "", &file, &mode);
	if (!fd && (!S_ISREG(mode) || file.inode != wanted->inode || (wanted->device && file.device != wanted->device)))
		fd = -ESTALE;
	if (!fd) {
		snprintf(itself, sizeof(itself), "/proc/self/fd/%d", looked);
		fd = open(itself, O_RDONLY | O_CLOEXEC);
		fd = fd < 0 ? -errno : fd;
	}
	close(looked);
	return fd;
}

/* --- the child ------------------------------------------------------------------------------------------------ */

/* Each piece of data into the same place of the copy; a byte tells of each. Returns 0 or errno. */
static int copy_all(int from, int to, int progress)
{
	static char piece[PIECE_BYTES];
	off_t at = 0, end = lseek(from, 0, SEEK_END);
	ssize_t got;

	if (end < 0 || ftruncate(to, end))
		return errno;
	if ((uint64_t)end > COPY_BYTES)
		return EFBIG;
	while (at < end) {
		off_t data = lseek(from, at, SEEK_DATA);

		if (data < 0 && errno == ENXIO)
			return 0; /* a hole to its end */
		at = data < 0 ? at : data;
		got = pread(from, piece, sizeof(piece), at);
		if (got <= 0)
			return got ? errno : 0;
		if (pwrite(to, piece, (size_t)got, at) != got)
			return errno ? errno : EIO;
		if (write(progress, "", 1) != 1)
			return EPIPE;
		at += got;
	}
	return 0;
}

/* It may stay for ever: of what is ours it keeps nothing, least of all a pipe that somebody waits to see closed. */
static _Noreturn void serve(int folder, const char *path, const struct far_file *wanted, int copy, int progress)
{
	bool has_folder = folder >= 0;
	int fds[3], from;

	fds[0] = has_folder ? fcntl(folder, F_DUPFD, 10) : open("/", O_PATH);
	fds[1] = fcntl(copy, F_DUPFD, 10);
	fds[2] = fcntl(progress, F_DUPFD, 10);
	for (int i = 0; i < 3; i++)
		if (fds[i] < 0 || dup2(fds[i], i) < 0)
			_exit(EMFILE);
	close_range(3, ~0u, 0);
	for (int number = 1; number < 32; number++)
		signal(number, SIG_DFL);
	from = open_wanted(has_folder ? 0 : AT_FDCWD, path, wanted);
	_exit(from < 0 ? -from : copy_all(from, 1, 2));
}

/* --- the parent ----------------------------------------------------------------------------------------------- */

/* Until it is done (0), nothing more comes (-ETIMEDOUT), or we are told to end: then it is not waited for (-EINTR). */
static int wait_for(int progress)
{
	struct pollfd ready = {.fd = progress, .events = POLLIN};
	char told[64];
	ssize_t got = 1;

	while (got) {
		int result = poll(&ready, 1, SILENCE_MS);

		if (!result)
			return -ETIMEDOUT;
		if (result < 0 && errno == EINTR)
			return -EINTR;
		got = result < 0 ? 0 : read(progress, told, sizeof(told));
	}
	return 0;
}

/* 0 or -errno: what the child ended with. */
static int collect(pid_t child)
{
	int status = 0;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -ECHILD;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO;
}

static int fill(int folder, const char *path, const struct far_file *wanted, int copy)
{
	int ends[2], error;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	child = fork();
	if (!child)
		serve(folder, path, wanted, copy, ends[1]);
	close(ends[1]);
	error = child < 0 ? -errno : wait_for(ends[0]);
	close(ends[0]);
	if (child < 0)
		return error;
	if (!error)
		return collect(child);
	/* It cannot be waited for: what it waits for may not even let it be killed. */
	kill(child, SIGKILL);
	waitpid(child, NULL, WNOHANG);
	return error;
}

static int open_copy(int folder, const char *path, const struct far_file *wanted)
{
	int copy = memfd_create("thrace-copy", MFD_CLOEXEC), error;

	if (copy < 0)
		return -errno;
	error = fill(folder, path, wanted, copy);
	if (!error)
		return copy;
	close(copy);
	return error;
}

int far_file_open(int folder, const char *path, const struct far_file *wanted, dev_t on, const char *name)
{
	int fd;

	if (!is_far(folder, on, wanted->mount))
		return open_wanted(folder, path, wanted);
	if (is_silent(on))
		return -ETIMEDOUT;
	fd = open_copy(folder, path, wanted);
	return fd == -ETIMEDOUT ? note_silent(on, name) : fd;
}
