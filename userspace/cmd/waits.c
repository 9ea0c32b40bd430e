// SPDX-License-Identifier: GPL-2.0-only
/* Why is it stuck: one look by default, or a watch that reports each deadlock when it forms. */
#include <errno.h>
#include <stdio.h>
#include "userspace/cmd/report.h"
#include "userspace/cmd/resolve/deadlocks.h"
#include "userspace/cmd/resolve/resolve.h"
#include "userspace/export/json.h"
#include "userspace/util/clock.h"

#define LOOK_NS 250000000ull /* between two looks of a watch */

struct waits {
	struct session session;
	uint64_t next_ns; /* of the watch's next look */
	struct deadlocks deadlocks;
	int status;
};

/* What a recording does not tell cannot be looked at any more. */
static int look(struct waits *waits)
{
	int error = 0;

	if (!waits->session.source->replayed) {
		error = resolve_waits(&waits->session);
		if (!error)
			error = resolve_knots(&waits->session);
		if (!error && waits->session.options->stacks)
			error = resolve_stacks(&waits->session);
	}
	return error ? error : deadlocks_note(&waits->deadlocks, waits->session.model);
}

static void print(struct waits *waits)
{
	waits->status = report_print(&waits->session, stdout, "waits", json_write_waits);
}

/* The only look, where nobody watches. What takes long afterwards makes no wait older. */
static int look_once(void *context)
{
	int fresh = look(context);

	return fresh < 0 ? fresh : 0;
}

static int watch(void *context)
{
	struct waits *waits = context;
	int fresh;

	if (clock_now_ns() < waits->next_ns)
		return 0;
	fresh = look(waits);
	waits->next_ns = clock_now_ns() + LOOK_NS;
	if (fresh <= 0)
		return fresh;
	print(waits);
	return waits->status != STATUS_GOOD;
}

static int watch_end(void *context)
{
	struct waits *waits = context;
	int fresh = look(waits);

	if (fresh < 0)
		return fresh;
	if (fresh)
		print(waits);
	return 0;
}

static int run(const struct command *self, struct options *options)
{
	struct waits waits = {.session = {.command = self, .options = options}};
	int status;

	waits.session.context = &waits;
	options->target.registers = options->stacks;
	options->watch |= options->target.launch && !options->duration_ns;
	options->target.look = !options->watch && !options->duration_ns;
	if (options->watch) {
		waits.session.on_pause = watch;
		waits.session.on_end = watch_end;
	} else {
		waits.session.on_look = look_once;
	}
	status = session_run(&waits.session);
	if (status == STATUS_GOOD && !options->watch)
		waits.status = report_last(&waits.session, stdout, "waits", json_write_waits);
	if (status == STATUS_GOOD)
		status = waits.status;
	if (status == STATUS_GOOD && waits.deadlocks.ever)
		status = STATUS_DEADLOCK;
	deadlocks_free(&waits.deadlocks);
	session_close(&waits.session);
	return status;
}

const struct command command_waits = {
    .name = "waits",
    .summary = "why is it stuck: who waits for what and on whom; deadlocks by name",
    .usage = "[OPTION]... SOURCE",
    .text = "\nLooks once, also at waits that began long before, and prints who waits on whom: deadlocks\n"
	    "first, then who waits behind them, who holds others up, and everybody else that waits.\n"
	    "With -d it observes for so long before it looks, and then knows who woke whom. The exit\n"
	    "status is 3 when there is a deadlock.\n"
	    "\n      --at SECONDS        of a recording (-i): how it was so long after its beginning"
	    "\n      --watch             keep looking, print the page whenever a deadlock forms (so it is\n"
	    "                          with -- CMD, unless -d is given)\n"
	    "      --stacks            show where in the program each blocked thread waits\n" OPTIONS_HELP
	    "\nWhat 'known from' says:\n"
	    "  kernel   seen in the kernel: its registers, its files, its locks on files\n"
	    "  memory   read from the program's memory: the owner that a lock names\n"
	    "  library  told by libthrace\n"
	    "  history  who woke this address the last time; no proof, and never part of a deadlock\n"
	    "  unknown  it cannot be told from outside\n"
	    "\nExample:\n  thrace waits -p 812\n",
    .takes = TAKES_SOURCE | TAKES_WAITS | TAKES_AT,
    .run = run,
};
