// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/kcmp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int kcmp_compare(int type, uint32_t a, uint32_t a_index, uint32_t b, uint32_t b_index)
{
	long result = syscall(SYS_kcmp, a, b, type, (unsigned long)a_index, (unsigned long)b_index);

	return result < 0 ? -errno : (int)result;
}

static void forget(struct kcmp_set *set, size_t at)
{
	memmove(&set->objects[at], &set->objects[at + 1], (--set->count - at) * sizeof(*set->objects));
}

static int insert(struct kcmp_set *set, size_t at, uint32_t tid, uint32_t index, uint32_t *id)
{
	if (set->count == set->room) {
		size_t room = set->room ? 2 * set->room : 16;
		struct kcmp_object *objects = realloc(set->objects, room * sizeof(*objects));

		if (!objects)
			return -ENOMEM;
		set->objects = objects;
		set->room = room;
	}
	memmove(&set->objects[at + 1], &set->objects[at], (set->count++ - at) * sizeof(*set->objects));
	*id = ++set->ids;
	set->objects[at] = (struct kcmp_object){.tid = tid, .index = index, .id = *id};
	return 0;
}

/* One search. -EAGAIN: the one compared with is gone and was forgotten. */
static int search(struct kcmp_set *set, uint32_t tid, uint32_t index, uint32_t *id)
{
	size_t low = 0, high = set->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct kcmp_object *other = &set->objects[middle];
		int result = kcmp_compare(set->type, tid, index, other->tid, other->index);

		if (!result) {
			*id = other->id;
			return 0;
		}
		if (result < 0) {
			int own = kcmp_compare(set->type, tid, index, tid, index);

			if (own < 0)
				return own;
			forget(set, middle);
			return -EAGAIN;
		}
		if (result == 1)
			high = middle;
		else
			low = middle + 1;
	}
	return insert(set, low, tid, index, id);
}

int kcmp_identify(struct kcmp_set *set, uint32_t tid, uint32_t index, uint32_t *id)
{
	int error;

	do
		error = search(set, tid, index, id);
	while (error == -EAGAIN);
	return error;
}

void kcmp_free(struct kcmp_set *set)
{
	free(set->objects);
	set->objects = NULL;
	set->count = set->room = 0;
}
