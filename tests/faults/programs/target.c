// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program whose every thread is known, to be looked at by a command that is short of something.
 *
 *   target once FILE   threads that wait for each other, a fight for a lock, a child; ends with status 7
 *   target stay FILE   the same threads, until standard input ends; answers each line with how often it has worked
 *
 * FILE gets "begun PID" first and "ended" last: did it run, and to its end?
 */
#include <err.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <thrace/thrace.h>
#include <unistd.h>

enum { WORKERS = 3, STATUS = 7 };

static thr_queue *tasks;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_ulong worked;

static void *work(void *with)
{
	void *task;

	while (!thr_queue_get(tasks, &task, THR_FOREVER)) {
		pthread_mutex_lock(&lock);
		usleep(1000);
		pthread_mutex_unlock(&lock);
		worked++;
		thr_queue_task_done(tasks);
	}
	return with;
}

static void give_work(long times)
{
	for (long task = 1; task <= times; task++)
		thr_queue_put(tasks, (void *)task, THR_FOREVER);
	thr_queue_join(tasks, THR_FOREVER);
}

static void have_a_child(void)
{
	pid_t child = fork();

	if (child < 0)
		err(1, "no child");
	if (!child) {
		execl("/bin/true", "true", NULL);
		_exit(127);
	}
	waitpid(child, NULL, 0);
}

static void answer_lines(void)
{
	char line[64];

	puts("ready");
	while (fgets(line, sizeof(line), stdin)) {
		give_work(4);
		printf("%lu\n", (unsigned long)worked);
	}
}

int main(int argc, char **argv)
{
	thr_thread *workers[WORKERS];
	FILE *file;

	if (argc != 3 || !(file = fopen(argv[2], "ae")))
		errx(2, "usage: target once|stay FILE");
	setlinebuf(stdout);
	fprintf(file, "begun %d\n", getpid());
	fflush(file);
	if (thr_queue_new(&tasks, &(thr_queue_opts){.maxsize = 2}))
		errx(1, "no queue");
	for (int i = 0; i < WORKERS; i++)
		if (thr_thread_go(&workers[i], work, NULL))
			errx(1, "no thread");
	if (!strcmp(argv[1], "stay")) {
		answer_lines();
	} else {
		give_work(12);
		have_a_child();
	}
	thr_queue_shutdown(tasks, false);
	for (int i = 0; i < WORKERS; i++) {
		thr_thread_join(workers[i], THR_FOREVER);
		thr_thread_unref(workers[i]);
	}
	thr_queue_unref(tasks);
	fputs("ended\n", file);
	fclose(file);
	return STATUS;
}
