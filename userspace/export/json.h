/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The model as JSON; README.md here has the keys. Written thread by thread, so that a large model
 * is never held twice. The json*.c files are the one home of jansson.
 */
#ifndef THRACE_EXPORT_JSON_H
#define THRACE_EXPORT_JSON_H

#include <stdbool.h>
#include <stdio.h>
#include "userspace/decode/decode.h"
#include "userspace/model/model.h"

/* Each returns 0, -ENOMEM, or why out took no more; -EPIPE: its reader went away. */
int json_write_report(const struct model *model, FILE *out);
int json_write_tree(const struct model *model, FILE *out);
int json_write_waits(const struct model *model, FILE *out);
int json_write_share(const struct model *model, FILE *out);
/* One thread's anatomy. */
int json_write_thread(const struct model *model, const struct thread *thread, FILE *out);
/* One object and a newline; after the model took the record. */
int json_write_record(const struct model *model, const struct record *record, FILE *out);

struct json_check {
	const char *name, *what, *needed_by, *state, *detail;
	const char *remedy; /* NULL: none is needed */
};

int json_write_checks(const struct json_check *checks, size_t count, bool good, FILE *out);

struct json_info {
	bool complete, flight, limited, broken_off;
	unsigned int major, minor, cpus;
	const char *source; /* NULL: not known */
	const char *host, *kernel, *writer; /* raw, text_bytes long at most */
	size_t text_bytes;
	uint64_t realtime_ns, first_ns, last_ns;
	uint64_t records, lost, raw_bytes, bytes, chunks, keyframes;
	const uint64_t *damaged; /* NULL: not looked for */
	const uint64_t *kind_records; /* by kind, so many kinds; NULL: not known */
	size_t kinds;
};

int json_write_info(const struct json_info *info, FILE *out);

struct json_cost_way {
	const char *token;
	uint64_t median_ns, least_ns;
	uint32_t count; /* 0: it does not work here */
	int error;	/* ... for this reason, an errno value */
};

struct json_cost {
	uint64_t extra_bytes, resident_bytes, tables_bytes, cow_page_ns;
	const struct json_cost_way *ways;
	size_t ways_count;
};

int json_write_costs(const struct json_cost *costs, size_t count, unsigned int cpus, FILE *out);

#endif
