/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/util/out_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userspace/util/stream.h"

#define MODE 0644 /* less the umask */

static bool is_standard_output(const struct out_file *file)
{
	return file->stream == stdout;
}

/* What stands there already. Returns a descriptor, -EAGAIN when the way is free, or another -errno. */
static int open_present(const char *path, bool overwrite)
{
	struct stat status;

	if (lstat(path, &status))
		return errno == ENOENT ? -EAGAIN : -errno;
	if (S_ISDIR(status.st_mode))
		return -EISDIR;
	if (S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)) {
		int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);

		return fd < 0 ? -errno : fd;
	}
	if (!overwrite)
		return -EEXIST;
	return unlink(path) ? -errno : -EAGAIN;
}

int out_file_open(struct out_file *file, const char *path, bool overwrite)
{
	int fd;

	*file = (struct out_file){.path = path};
	if (!strcmp(path, "-")) {
		file->stream = stdout;
		return 0;
	}
	fd = open_present(path, overwrite);
	if (fd == -EAGAIN) {
		/* Exclusive: whatever another process puts there meanwhile is not followed and not written to. */
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, MODE);
		file->made = fd >= 0;
		if (fd < 0)
			fd = -errno;
	}
	if (fd < 0)
		return fd;
	file->stream = fdopen(fd, "w");
	if (file->stream)
		return 0;
	close(fd);
	if (file->made)
		unlink(path);
	return -ENOMEM;
}

int out_file_close(struct out_file *file)
{
	int error = stream_finish(file->stream);

	if (!is_standard_output(file) && fclose(file->stream) && !error)
		error = -errno;
	file->stream = NULL;
	if (error && file->made)
		unlink(file->path);
	return error;
}

void out_file_abandon(struct out_file *file)
{
	if (file->stream && !is_standard_output(file))
		fclose(file->stream);
	if (file->stream && file->made)
		unlink(file->path);
	file->stream = NULL;
}

const char *out_file_explain(const char *path, int error, char *text, size_t size)
{
	if (!strcmp(path, "-"))
		path = "standard output";
	if (error == -EEXIST)
		snprintf(text, size, "'%.128s' is there already: -f overwrites it, -o takes another name", path);
	else if (error == -EISDIR)
		snprintf(text, size, "'%.128s' is a folder: give the name of a file in it", path);
	else if (error == -ENOSPC || error == -EDQUOT)
		snprintf(text, size, "%.128s has not been written whole: %s; make room, or write elsewhere with -o",
			 path, strerror(-error));
	else
		snprintf(text, size, "cannot write %.128s: %s", path, strerror(-error));
	return text;
}
