/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Looks made into records, handed on as they are made.
 */
#ifndef THRACE_SOURCE_PROCFS_RECORDS_H
#define THRACE_SOURCE_PROCFS_RECORDS_H

#include "userspace/source/procfs/procfs_file.h"

struct procfs_out {
	int (*take)(void *to, const void *record, size_t length);
	void *to;
	uint64_t now_ns; /* of the look under way: its records are of one moment */
	int taken;
};

/* Each returns 0, or what take() said. */
int procfs_put_begin(struct procfs_out *out, bool whole_system, uint64_t sample_ns);
int procfs_put_launch(struct procfs_out *out, uint32_t pid);
int procfs_put_snapshot(struct procfs_out *out, const struct procfs_look *look);
/* last: the look before; NULL: this is the first. */
int procfs_put_sample(struct procfs_out *out, const struct procfs_look *look,
		      const struct procfs_look *last);
int procfs_put_newtask(struct procfs_out *out, const struct procfs_look *look);
int procfs_put_rename(struct procfs_out *out, const struct procfs_look *look);
/* Its books when it had ended. */
int procfs_put_books(struct procfs_out *out, const struct procfs_look *closed);
/* whole_process: it ends as a whole, and its code is known for certain. */
int procfs_put_exit(struct procfs_out *out, const struct procfs_look *last, bool whole_process);
int procfs_put_end(struct procfs_out *out, uint64_t lost);

#endif
