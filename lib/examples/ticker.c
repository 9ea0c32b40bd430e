// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * A timer that fires, one that is cancelled, a daemon that ticks, and a log that says who and when. The last lines are
 * written by the process's end: callbacks first, then the join of the thread that is not a daemon.
 *
 *   cc ticker.c $(pkg-config --cflags --libs thrace) && ./a.out
 */
#include <stdio.h>
#include <thrace/thrace.h>

static thr_event alarm_went;

static void ring(void *text)
{
	thr_log_info("%s", (char *)text);
	thr_event_set(&alarm_went);
}

static void *tick(void *arg)
{
	(void)arg;
	for (;;) {
		thr_log_info("tick");
		thr_sleep(THR_MS(20));
	}
	return NULL;
}

static void *tidy_up(void *arg)
{
	thr_thread_join(thr_main(), THR_FOREVER);
	thr_log_info("main has ended");
	return arg;
}

static void say_goodbye(void *arg)
{
	(void)arg;
	thr_log_info("goodbye");
}

static int start(const char *name, void *(*target)(void *), thr_daemon daemon)
{
	thr_thread *thread;
	int error = thr_thread_new(&thread, &(thr_thread_opts){.name = name, .target = target, .daemon = daemon});

	if (!error)
		error = thr_thread_start(thread);
	thr_thread_unref(thread);
	return error;
}

int main(void)
{
	thr_log_opts log = {.level = THR_INFO, .format = "%(asctime)s %(threadName)-10s %(message)s"};
	thr_timer *soon, *late;

	if (thr_log_config(&log) || thr_at_shutdown(say_goodbye, NULL) ||
	    start("clock", tick, THR_DAEMON_YES) || start("tidy", tidy_up, THR_DAEMON_NO) ||
	    thr_timer_new(&soon, THR_MS(50), ring, "it is time") || thr_timer_start(soon) ||
	    thr_timer_new(&late, THR_S(1000), ring, "never seen") || thr_timer_start(late))
		return 1;
	thr_event_wait(&alarm_went, THR_FOREVER);
	thr_timer_cancel(late);
	thr_timer_join(late, THR_FOREVER);
	thr_timer_free(soon);
	thr_timer_free(late);
	return 0;
}
