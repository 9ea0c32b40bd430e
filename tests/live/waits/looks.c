/* SPDX-License-Identifier: GPL-2.0-only
 *
 * looks PID COUNT: looks at a process so many times as `thrace waits` does, in one program, so that a thousand looks
 * take seconds. Prints "COUNT looks, N waits, K circles, D deadlocks"; K are those that the second look then refuted.
 */
#include <stdio.h>
#include <stdlib.h>
#include "userspace/cmd/resolve/resolve.h"
#include "userspace/model/graph.h"

/* main.c's stand elsewhere: here nothing fails in words. */
int command_fail(const struct command *command, enum status status, const char *format, ...)
{
	(void)command;
	(void)format;
	return status;
}

int command_help(const struct command *command)
{
	(void)command;
	return STATUS_GOOD;
}

struct sums {
	size_t waits, knots, deadlocks;
};

static int count(const struct model *model, struct sums *sums)
{
	struct graph graph;
	int error = graph_build(&graph, model);

	for (size_t i = 0; !error && i < graph.count; i++)
		sums->waits += graph.nodes[i].target != NULL;
	sums->knots += error ? 0 : graph.knots_count;
	sums->deadlocks += error ? 0 : graph.deadlocks_count;
	graph_free(&graph);
	return error;
}

/* libraries: found at the first look, as in a watch. */
static int look(uint32_t pid, struct map *libraries, struct sums *sums)
{
	const struct options options = {.target = {.pids = &pid, .pids_count = 1}};
	struct session session = {.options = &options, .model = model_new(NULL), .libraries = *libraries};
	struct source_error error = {0};
	int failed = -1;

	session.source = source_procfs_open(&options.target, 1, &error);
	if (session.source && session.model)
		failed = session.source->ops->read(session.source, 0, session_take, &session) < 0 ||
			 resolve_waits(&session) || resolve_knots(&session) || count(session.model, sums);
	*libraries = session.libraries;
	session.libraries = (struct map){0};
	session_close(&session);
	return failed;
}

int main(int argc, char **argv)
{
	struct map libraries = {0};
	struct sums sums = {0};
	long looks = argc == 3 ? atol(argv[2]) : 0;

	for (long i = 0; i < looks; i++)
		if (look((uint32_t)atol(argv[1]), &libraries, &sums))
			return 1;
	map_clear(&libraries);
	printf("%ld looks, %zu waits, %zu circles, %zu deadlocks\n", looks, sums.waits, sums.knots, sums.deadlocks);
	return looks > 0 ? 0 : 2;
}
