// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads that live and end in every way, under names that tell how. Each thread leaves on standard output what the
 * kernel's books say of it at its end: "NAME TID VOLUNTARY INVOLUNTARY RUNNING_NS".
 * Usage: lives returned|exit|signal|torn-down|leader-first|one-by-one|exec
 */
#include <err.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static sem_t named;

static void name_me(const char *name)
{
	prctl(PR_SET_NAME, name);
	sem_post(&named);
}

static void sleep_ms(long ms)
{
	usleep((useconds_t)ms * 1000);
}

static void burn_ms(long ms)
{
	struct timespec now, end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_nsec += ms * 1000000;
	end.tv_sec += end.tv_nsec / 1000000000;
	end.tv_nsec %= 1000000000;
	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while (now.tv_sec < end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec));
}

static void tell_books(const char *name)
{
	unsigned long long running = 0, voluntary = 0, involuntary = 0;
	char line[256];
	FILE *file = fopen("/proc/thread-self/schedstat", "r");

	if (!file || fscanf(file, "%llu", &running) != 1)
		err(1, "schedstat");
	fclose(file);
	file = fopen("/proc/thread-self/status", "r");
	while (file && fgets(line, sizeof(line), file)) {
		sscanf(line, "voluntary_ctxt_switches: %llu", &voluntary);
		sscanf(line, "nonvoluntary_ctxt_switches: %llu", &involuntary);
	}
	fclose(file);
	snprintf(line, sizeof(line), "%s %ld %llu %llu %llu\n", name, syscall(SYS_gettid), voluntary, involuntary, running);
	if (write(STDOUT_FILENO, line, strlen(line)) < 0)
		err(1, "write");
}

static void *worker(void *arg)
{
	name_me(arg);
	for (int i = 0; i < 20; i++) {
		burn_ms(1);
		sleep_ms(5); /* longer than any machine takes to leave its CPU: else it would be no sleep */
	}
	tell_books(arg);
	return NULL;
}

static void *sleeper(void *arg)
{
	name_me(arg);
	for (;;)
		sleep_ms(1000);
	return NULL;
}

static void *exits(void *arg)
{
	name_me(arg);
	sleep_ms(20);
	exit(7);
}

static bool leader_ended(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	bool ended = false;

	while (file && fgets(line, sizeof(line), file))
		ended |= !strncmp(line, "State:\tZ", 8);
	fclose(file);
	return ended;
}

/* However long the leader takes to leave. */
static void *outlives(void *arg)
{
	name_me(arg);
	while (!leader_ended())
		sleep_ms(5);
	exit(7);
}

/* The last one of its process, which nobody ends as a whole. */
static void *leaves(void *arg)
{
	name_me(arg);
	while (!leader_ended())
		sleep_ms(5);
	syscall(SYS_exit, 5);
	return NULL;
}

static void *crashes(void *arg)
{
	name_me(arg);
	sleep_ms(20);
	raise(SIGSEGV);
	return NULL;
}

static void *execs(void *arg)
{
	name_me(arg);
	sleep_ms(20);
	execl("/bin/sleep", "sleep", "0.05", (char *)NULL);
	err(1, "execl");
}

static pthread_t start(void *(*what)(void *), const char *name)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, what, (void *)name))
		errx(1, "no thread");
	while (sem_wait(&named)) /* else it might not come to run before the process ends */
		;
	return thread;
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "returned";
	pthread_t one, two;

	sem_init(&named, 0, 0);

	if (!strcmp(how, "returned")) {
		one = start(worker, "one");
		two = start(worker, "two");
		pthread_join(one, NULL);
		pthread_join(two, NULL);
		tell_books("main");
		return 3;
	}
	if (!strcmp(how, "one-by-one")) {
		start(leaves, "leaves");
		syscall(SYS_exit, 11);
	}
	one = start(sleeper, "sleeper");
	if (!strcmp(how, "torn-down")) {
		sleep_ms(20);
		return 0;
	}
	if (!strcmp(how, "exit"))
		two = start(exits, "exits");
	else if (!strcmp(how, "signal"))
		two = start(crashes, "crashes");
	else if (!strcmp(how, "exec"))
		two = start(execs, "execs");
	else if (!strcmp(how, "leader-first")) {
		start(outlives, "outlives");
		pthread_exit(NULL);
	} else {
		errx(2, "usage: lives returned|exit|signal|torn-down|leader-first|one-by-one|exec");
	}
	pthread_join(one, NULL);
	pthread_join(two, NULL);
	return 0;
}
