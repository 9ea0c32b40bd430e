/* SPDX-License-Identifier: GPL-2.0-only
 *
 * kcmp(2): are two kernel objects one, and if not, which comes first in an order that is the kernel's own. So n objects
 * are told apart by sorting, not by comparing each with each.
 */
#ifndef THRACE_ENRICH_KCMP_H
#define THRACE_ENRICH_KCMP_H

#include <linux/kcmp.h>
#include <stddef.h>
#include <stdint.h>

struct kcmp_object {
	uint32_t tid;
	uint32_t index; /* KCMP_FILE: the descriptor */
	uint32_t id; /* from 1, in order of appearance */
};

/* Different objects of one type, in the kernel's order. */
struct kcmp_set {
	int type; /* enum kcmp_type */
	struct kcmp_object *objects;
	size_t count, room;
	uint32_t ids;
};

/* 0: one object; 1: a comes first; 2: b does; -errno */
int kcmp_compare(int type, uint32_t a, uint32_t a_index, uint32_t b, uint32_t b_index);

/* The id of a task's object, a new one if it equals none before. Returns 0 or -errno; -ESRCH: the task has ended. */
int kcmp_identify(struct kcmp_set *set, uint32_t tid, uint32_t index, uint32_t *id);
void kcmp_free(struct kcmp_set *set);

#endif
