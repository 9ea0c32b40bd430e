// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * A timer is a thread that waits, then calls its function, unless it is cancelled first. It is
 * enumerated while it waits and while it works. Main never ends: Ctrl-C does it.
 */
#include "lesson.h"

enum { CANCEL_BEFORE = 1, CANCEL_AFTER };

static void worker(void *arg)
{
	(void)arg;
	thr_log_info("in worker");
	lesson_sleep(2);
}

int main(int argc, char **argv)
{
	const int variant = lesson_begin(argc, argv, "--cancel=before", "--cancel=after", NULL);
	thr_timer *t;

	must(thr_log_config(&(thr_log_opts){
	    .level = THR_INFO,
	    .format = "%(asctime)s %(threadName)s %(thread)d %(message)s",
	}));
	must(thr_timer_new(&t, lesson_seconds(4), worker, NULL));
	must(thr_thread_set_name(thr_timer_thread(t), "timer"));
	if (variant == CANCEL_BEFORE)
		thr_timer_cancel(t);
	must(thr_timer_start(t));
	if (variant == CANCEL_AFTER)
		thr_timer_cancel(t);

	for (;;) {
		lesson_print_threads();
		lesson_sleep(1);
	}
}
