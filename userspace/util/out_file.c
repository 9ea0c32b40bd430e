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

static bool is_stream(mode_t mode)
{
	return S_ISCHR(mode) || S_ISFIFO(mode) || S_ISSOCK(mode);
}

/* What it is, is asked again of what was opened: a link may lead elsewhere by then. Opening alone changes nothing. */
static int open_stream(const char *path, int otherwise)
{
	struct stat status;
	int fd;

	if (stat(path, &status) || !is_stream(status.st_mode))
		return otherwise;
	fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -errno;
	if (!fstat(fd, &status) && is_stream(status.st_mode))
		return fd;
	close(fd);
	return otherwise;
}

int out_file_create(const char *path, unsigned int mode, bool overwrite, bool *made)
{
	struct stat status;
	int fd;

	*made = false;
	if (lstat(path, &status)) {
		if (errno != ENOENT)
			return -errno;
	} else {
		if (S_ISDIR(status.st_mode))
			return -EISDIR;
		if (!S_ISREG(status.st_mode))
			return open_stream(path, S_ISLNK(status.st_mode) ? -ELOOP : -ENOTSUP);
		if (!overwrite)
			return -EEXIST;
		if (unlink(path))
			return -errno;
	}
	/* Exclusive: whatever another process puts there meanwhile is not followed and not written to. */
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	*made = fd >= 0;
	return fd < 0 ? -errno : fd;
}

int out_file_open(struct out_file *file, const char *path, bool overwrite)
{
	int fd;

	*file = (struct out_file){.path = path};
	if (!strcmp(path, "-")) {
		file->stream = stdout;
		return 0;
	}
	fd = out_file_create(path, MODE, overwrite, &file->made);
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
		snprintf(text, size, "cannot write to standard output: %s", strerror(-error));
	else if (error == -EEXIST)
		snprintf(text, size, "'%.128s' is there already: take another name; with record and export, -f overwrites it", path);
	else if (error == -EISDIR)
		snprintf(text, size, "'%.128s' is a folder: give the name of a file in it", path);
	else if (error == -ELOOP)
		snprintf(text, size, "'%.128s' is a symbolic link: name the file itself; - is standard output", path);
	else if (error == -ENOTSUP)
		snprintf(text, size, "'%.128s' is no file, no device to write to and no pipe", path);
	else if (error == -ENOSPC || error == -EDQUOT)
		snprintf(text, size, "'%.128s' has not been written whole: %s; make room, or write elsewhere with -o",
			 path, strerror(-error));
	else
		snprintf(text, size, "cannot write '%.128s': %s", path, strerror(-error));
	return text;
}
