/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Bytes to checked records. The only place that trusts nothing: every byte stream, from the kernel, a file or a
 * stranger, passes here. Allocates nothing, keeps nothing; the fuzz target.
 */
#ifndef THRACE_DECODE_DECODE_H
#define THRACE_DECODE_DECODE_H

#include <stddef.h>
#include "bpf/abi/events.h"

/* A checked record. The union is the caller's view of the very bytes when they are aligned and long enough, and points
 * nowhere else; names are raw. */
struct record {
	enum rec_kind kind;
	uint64_t ts_ns;
	union {
		const struct rec_head *head;
#define X(number, token, text) const struct ev_##token *token;
		THRACE_RECORDS(X)
#undef X
	};
	const struct ev_wait *wait; /* sched_switch, task_snapshot, task_sample: NULL when there is none */
};

enum decode_result {
	DECODE_RECORD, /* *record is filled */
	DECODE_SKIPPED, /* a kind from a newer version: step over it and count it */
	DECODE_SHORT, /* the bytes end in the middle of a record */
	DECODE_BAD, /* not a record: nothing behind it can be trusted */
};

/* Looks at the record at bytes (8-byte aligned). *consumed: how far to step, 0 unless RECORD or SKIPPED. */
enum decode_result decode_record(const void *bytes, size_t length, struct record *record, size_t *consumed);

/* The token of a kind ("sched_switch"), or NULL for a number that no kind has. */
const char *record_token(unsigned int kind);

#endif
