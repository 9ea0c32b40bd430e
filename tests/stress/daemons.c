/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * daemons [RUNS]: processes that end while their daemons are busy in every corner of the library, in each way that a
 * process can end, so many times in a row (1,000). Each must keep its exit status and say nothing on standard error.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <thrace/thrace.h>

enum { DAEMONS = 8, LAST = 8, MANY = 50, STATUS = 42, WAYS = 5, HANGS_S = 30 };

static uint32_t rounds[DAEMONS];
static thr_queue *queue;
static thr_local *local;
static thr_lock lock;
static thr_cond cond;
static thr_event never;

static void *nothing(void *arg)
{
	return arg;
}

static void nothing_at_all(void *arg)
{
	(void)arg;
}

static void make_thread(void)
{
	thr_thread *thread;

	/* Refused once the process is past its atexit handlers. */
	if (thr_thread_go(&thread, nothing, NULL) == 0)
		thr_thread_unref(thread);
}

/* Those of main's are no daemons: the end meets some at work, others done, on their way out, or gone. */
static void make_threads(int count)
{
	while (count--)
		make_thread();
}

static void make_timer(void)
{
	thr_timer *timer;

	if (thr_timer_new(&timer, THR_US(50), nothing_at_all, NULL))
		return;
	thr_timer_start(timer);
	thr_timer_free(timer);
}

static void work(int number)
{
	void *item;

	switch (number) {
	case 0: thr_queue_put(queue, &lock, THR_MS(1)); break;
	case 1: thr_queue_get(queue, &item, THR_MS(1)); break;
	case 2: thr_log_error("busy"); break;
	case 3: make_thread(); break;
	case 4: make_timer(); break;
	case 5:
		thr_local_set(local, &lock);
		thr_local_del(local);
		break;
	case 6: {
		THR_WITH_LOCK(&lock);
		thr_event_wait(&never, THR_US(100));
		break;
	}
	default:
		thr_cond_acquire(&cond, THR_FOREVER);
		thr_cond_wait(&cond, THR_US(100));
		thr_cond_release(&cond);
	}
}

static void *be_busy(void *arg)
{
	int number = (int)(intptr_t)arg;

	for (;;) {
		work(number);
		__atomic_fetch_add(&rounds[number], 1, __ATOMIC_SEQ_CST);
		if (number == 3 || number == 4)
			thr_sleep(THR_US(200));
	}
	return NULL;
}

static int end_in_one_way(int way)
{
	int null = open("/dev/null", O_WRONLY);
	thr_thread *thread;

	if (way == 4) { /* nobody else is there whose end could wake the shutdown in place of theirs */
		make_threads(MANY);
		return STATUS;
	}
	if (null < 0 || thr_log_config(&(thr_log_opts){ .fd = null }) || thr_local_new(&local, NULL, NULL, NULL) ||
	    thr_queue_new(&queue, &(thr_queue_opts){ .maxsize = 4 }))
		return 1;
	for (intptr_t i = 0; i < DAEMONS; i++) {
		thr_thread_opts opts = { .target = be_busy, .arg = (void *)i, .daemon = THR_DAEMON_YES };

		if (thr_thread_new(&thread, &opts) || thr_thread_start(thread))
			return 1;
		thr_thread_unref(thread);
	}
	for (int i = 0; i < DAEMONS; i++) {
		while (!__atomic_load_n(&rounds[i], __ATOMIC_SEQ_CST))
			thr_sleep(THR_US(100));
	}
	make_threads(LAST);
	if (way == 1)
		exit(STATUS);
	if (way == 2)
		thr_thread_exit((void *)STATUS);
	if (way == 3) {
		/* The shutdown runs from main's own end; there is no status to keep. */
		pthread_exit(NULL);
	}
	return STATUS;
}

static bool run(const char *self, int way)
{
	char way_text[2] = { (char)('0' + way), 0 }, text[256];
	int pipes[2], status;
	ssize_t said;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC))
		return false;
	pid = fork();
	if (pid == 0) {
		dup2(pipes[1], STDERR_FILENO);
		alarm(HANGS_S);
		execl(self, self, "end", way_text, NULL);
		_exit(127);
	}
	close(pipes[1]);
	said = read(pipes[0], text, sizeof(text) - 1);
	close(pipes[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return false;
	text[said > 0 ? said : 0] = 0;
	if (said == 0 && WIFEXITED(status) && WEXITSTATUS(status) == (way == 3 ? 0 : STATUS))
		return true;
	fprintf(stderr, "way %d: wait status %#x, standard error: %s\n", way, status, text);
	return false;
}

int main(int argc, char **argv)
{
	int runs = argc > 1 ? atoi(argv[1]) : 1000, failed = 0;

	if (argc > 2 && !strcmp(argv[1], "end"))
		return end_in_one_way(atoi(argv[2]));
	for (int i = 0; i < runs && failed < 5; i++)
		failed += !run("/proc/self/exe", i % WAYS);
	printf("%d processes ended under %d busy daemons each, %d badly\n", runs, DAEMONS, failed);
	return failed || runs < 1;
}
