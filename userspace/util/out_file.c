/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/util/out_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userspace/util/stream.h"

#define MODE 0644 /* less the umask */
#define TRIES 16

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

/* Exclusive: whatever another process puts there meanwhile is not followed and not written to. */
static int make(const char *path, unsigned int mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	return fd < 0 ? -errno : fd;
}

/* In the same folder: a name can be taken over within one file system only. */
static int make_beside(const char *path, unsigned int mode, struct out_name *name)
{
	int fd = -EEXIST;

	for (int i = 0; fd == -EEXIST && i < TRIES; i++) {
		free(name->meanwhile);
		if (asprintf(&name->meanwhile, "%s.new-%d-%d", path, (int)getpid(), i) < 0)
			name->meanwhile = NULL;
		fd = name->meanwhile ? make(name->meanwhile, mode) : -ENOMEM;
	}
	if (fd >= 0)
		return fd;
	free(name->meanwhile);
	name->meanwhile = NULL;
	return fd;
}

int out_file_create(const char *path, unsigned int mode, bool overwrite, struct out_name *name)
{
	struct stat status;
	int fd;

	*name = (struct out_name){.path = path};
	if (lstat(path, &status)) {
		if (errno != ENOENT)
			return -errno;
		fd = make(path, mode);
	} else {
		if (S_ISDIR(status.st_mode))
			return -EISDIR;
		if (!S_ISREG(status.st_mode))
			return open_stream(path, S_ISLNK(status.st_mode) ? -ELOOP : -ENOTSUP);
		if (!overwrite)
			return -EEXIST;
		fd = make_beside(path, mode, name);
	}
	name->made = fd >= 0;
	return fd;
}

int out_name_take(struct out_name *name)
{
	if (name->meanwhile && rename(name->meanwhile, name->path))
		return -errno;
	free(name->meanwhile);
	name->meanwhile = NULL;
	return 0;
}

void out_name_drop(struct out_name *name)
{
	if (name->made)
		unlink(name->meanwhile ? name->meanwhile : name->path);
	free(name->meanwhile);
	*name = (struct out_name){0};
}

int out_file_open(struct out_file *file, const char *path, bool overwrite)
{
	int fd;

	*file = (struct out_file){.name.path = path};
	if (!strcmp(path, "-")) {
		file->stream = stdout;
		return 0;
	}
	fd = out_file_create(path, MODE, overwrite, &file->name);
	if (fd < 0)
		return fd;
	file->stream = fdopen(fd, "w");
	if (file->stream)
		return 0;
	close(fd);
	out_name_drop(&file->name);
	return -ENOMEM;
}

int out_file_close(struct out_file *file)
{
	int error = stream_finish(file->stream);

	if (!is_standard_output(file) && fclose(file->stream) && !error)
		error = -errno;
	file->stream = NULL;
	if (!error)
		error = out_name_take(&file->name);
	if (error)
		out_name_drop(&file->name);
	return error;
}

void out_file_abandon(struct out_file *file)
{
	if (file->stream && !is_standard_output(file))
		fclose(file->stream);
	file->stream = NULL;
	out_name_drop(&file->name);
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
