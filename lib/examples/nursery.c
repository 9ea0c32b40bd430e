// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * A group: three downloads (of nothing) at once. One fails, which cancels the rest; nobody is left behind.
 *
 *   cc nursery.c $(pkg-config --cflags --libs thrace) && ./a.out
 */
#include <errno.h>
#include <stdio.h>
#include <thrace/thrace.h>

struct download {
	const char *name;
	thr_ns takes;
	int error;
};

/* Hands the token to whatever it waits for. */
static int fetch(thr_cancel *cancel, void *arg, void **result)
{
	struct download *download = arg;
	int error = thr_sleep_cancel(download->takes, cancel);

	*result = (void *)download->name;
	return error ? error : download->error;
}

int main(void)
{
	struct download downloads[] = {
		{"quick", THR_MS(10), 0},
		{"broken", THR_MS(30), -EIO},
		{"slow", THR_S(1000), 0},
	};
	thr_group *group;
	int error;

	if (thr_group_new(&group))
		return 1;
	for (int i = 0; i < 3; i++) {
		if (thr_group_start(group, fetch, &downloads[i], downloads[i].name) < 0)
			return 1;
	}
	error = thr_group_wait(group, THR_FOREVER);
	printf("the group ends with %d, first to fail was %s\n", error,
	       downloads[thr_group_first_failure(group)].name);
	for (int i = 0; i < 3; i++) {
		void *name;
		int code = thr_group_result(group, i, &name);

		printf("%-6s %s\n", (char *)name, code ? thr_strerror(code) : "came");
	}
	return thr_group_free(group);
}
