/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Other programs' files, wherever they lie. A file system behind which a server stands (FUSE, NFS) may never answer, and
 * whoever waits for it cannot be interrupted, nor killed: so nothing here waits for one.
 */
#ifndef THRACE_UTIL_FAR_FILE_H
#define THRACE_UTIL_FAR_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct far_file {
	uint64_t inode;
	dev_t device; /* 0: any */
	uint64_t mount; /* the mount's number; 0: not known */
};

/* What the kernel knows of it; no server is asked. path: of /proc as a rule, below folder. Returns 0 or -errno. */
int far_file_look(int folder, const char *path, struct far_file *file, mode_t *mode);

/*
 * Opens a regular file to be read: the wanted one, or none. on: the device that it lies on, as the process's maps have it;
 * name: the one that people know.
 * From a file system that a server answers for a child copies the file into memory, and is given up when it makes no
 * progress; its device is then asked no more by this process. Returns a descriptor or -errno; -ETIMEDOUT: no answer.
 */
int far_file_open(int folder, const char *path, const struct far_file *wanted, dev_t on, const char *name);

/* The first file that did not answer; "": all did. */
const char *far_file_silent(void);

#endif
