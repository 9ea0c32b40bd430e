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

struct out_file {
	FILE *stream;
	const char *path; /* the caller's; "-": standard output */
	bool made; /* a regular file of ours */
};

/*
 * Opens path for writing. overwrite: a file that is there is replaced. A device or a pipe is written to as it is.
 * Returns 0 or -errno: -EEXIST when something is there, -EISDIR for a folder.
 */
int out_file_open(struct out_file *file, const char *path, bool overwrite);

/* All written, as far as the kernel tells, and closed. Returns 0 or -errno; the file is then gone. */
int out_file_close(struct out_file *file);

/* Closes and removes what was begun. */
void out_file_abandon(struct out_file *file);

/* The line for the user that an error of these functions calls for: what, why, and the remedy. Returns text. */
const char *out_file_explain(const char *path, int error, char *text, size_t size);

#endif
