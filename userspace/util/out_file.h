/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A file that a command writes for its user. Made anew, never through a symbolic link, never over something that is
 * there unless that was asked for; what could not be finished is taken away again.
 */
#ifndef THRACE_UTIL_OUT_FILE_H
#define THRACE_UTIL_OUT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Under which name a file is written. */
struct out_name {
	const char *path; /* the caller's, that it is to have */
	char *meanwhile; /* the one that it has until then, beside what has path now; NULL: path itself */
	bool made; /* a regular file of ours */
};

struct out_file {
	FILE *stream;
	struct out_name name; /* path "-": standard output */
};

/*
 * The one way to a file that is written. A regular file is made anew, with this mode less the umask; with overwrite,
 * what has that name keeps it until out_name_take(). A device, a pipe, or a link that leads to one is written to as it is.
 * path must outlive *name. Returns a descriptor or -errno: -EEXIST when a file is there, -EISDIR for a folder, -ELOOP for
 * another link, -ENOTSUP for what else may be there.
 */
int out_file_create(const char *path, unsigned int mode, bool overwrite, struct out_name *name);

/* It is worth it: the file takes its name, from whatever had it. More than once is no harm. Returns 0 or -errno. */
int out_name_take(struct out_name *name);

/* Removes a file that was made, and whatever had its name keeps it. *name is done with, as it is after a take. */
void out_name_drop(struct out_name *name);

/* out_file_create() for a stream; "-": standard output. Returns 0 or -errno. */
int out_file_open(struct out_file *file, const char *path, bool overwrite);

/* All written, as far as the kernel tells, closed, and under its name. Returns 0 or -errno; the file is then gone. */
int out_file_close(struct out_file *file);

/* Closes and removes what was begun. */
void out_file_abandon(struct out_file *file);

/* The line for the user that an error of these functions calls for: what, why, and the remedy. Returns text. */
const char *out_file_explain(const char *path, int error, char *text, size_t size);

#endif
