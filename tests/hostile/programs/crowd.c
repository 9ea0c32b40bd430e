/* SPDX-License-Identifier: GPL-2.0-only
 *
 * More than is usual.
 * Usage: crowd threads N      N threads at once, then "ready", then they stay
 *        crowd forks N        N processes, many at a time, each gone at once
 *        crowd deep N         each process makes the next one, N deep; the last prints "deep PID"
 *        crowd reuse N        N processes, one after the other, all of the same number
 *        crowd reuse-tid N    N threads, one after the other, of the same number if nobody takes it, in one process
 *        crowd born TID CMD ARG...  CMD as the process of that number, which must be free; ends with it
 * reuse and reuse-tid print "number TID", and reuse-tid "same M": how many threads had it.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define AT_ONCE 64

static pthread_barrier_t all_there;

static void *stay(void *unused)
{
	pthread_barrier_wait(&all_there);
	pause();
	return unused;
}

static void threads(long count)
{
	pthread_attr_t small;
	pthread_t thread;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 16384);
	pthread_attr_setguardsize(&small, 0); /* a mapping each, and the kernel has only so many */
	pthread_barrier_init(&all_there, NULL, (unsigned int)count + 1);
	for (long i = 0; i < count; i++) {
		int error = pthread_create(&thread, &small, stay, NULL);

		if (error)
			errx(1, "thread %ld: %s", i, strerror(error));
	}
	pthread_barrier_wait(&all_there);
	puts("ready");
	fflush(stdout);
	pause();
}

static void forks(long count)
{
	long alive = 0;

	for (long i = 0; i < count; i++) {
		pid_t child = fork();

		if (child < 0)
			err(1, "fork");
		if (!child)
			_exit((int)(i & 0x7f));
		if (++alive == AT_ONCE)
			while (alive && wait(NULL) > 0)
				alive--;
	}
	while (wait(NULL) > 0)
		;
}

/* vfork(): with a memory of its own for each, the kernel's own books of who shares pages would cost seconds. */
static void deep(long count)
{
	pid_t child;

	if (!count) {
		printf("deep %d\n", getpid());
		fflush(stdout);
		return;
	}
	child = vfork();
	if (child < 0)
		err(1, "vfork");
	if (!child) {
		deep(count - 1);
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

/* A number that nobody has, nor will get soon. */
static pid_t free_number(void)
{
	pid_t number = getpid();

	do
		number = number + 3000 > 32000 ? 1000 : number + 3000;
	while (!kill(number, 0) || errno != ESRCH);
	return number;
}

static pid_t clone_as(pid_t number)
{
	struct clone_args args = {.exit_signal = SIGCHLD, .set_tid = (unsigned long)&number, .set_tid_size = 1};
	pid_t child;

	do
		child = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	while (child < 0 && errno == EEXIST); /* the one before is still being buried */
	if (child < 0)
		err(1, "clone3");
	return child;
}

static void born(long number, char **command)
{
	pid_t child = clone_as((pid_t)number);

	if (!child) {
		execvp(command[0], command);
		err(127, "%s", command[0]);
	}
	waitpid(child, NULL, 0);
}

static void reuse(long count)
{
	pid_t number = free_number(), child;

	for (long i = 0; i < count; i++) {
		char name[32];

		child = clone_as(number);
		if (!child) {
			snprintf(name, sizeof(name), "life %ld", i);
			prctl(PR_SET_NAME, name);
			usleep(200);
			_exit((int)i);
		}
		waitpid(child, NULL, 0);
	}
	printf("number %d\n", number);
}

static void *short_life(void *number)
{
	char name[32];

	snprintf(name, sizeof(name), "life %ld", (long)number);
	prctl(PR_SET_NAME, name);
	usleep(200);
	return (void *)syscall(SYS_gettid);
}

/* The next number that the kernel gives: unless somebody else takes it first. */
static void reuse_tid(long count)
{
	pid_t number = free_number();
	int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY);
	long same = 0;

	for (long i = 0; i < count; i++) {
		pthread_t thread;
		void *tid;

		if (fd < 0 || dprintf(fd, "%d", number - 1) < 0)
			err(1, "ns_last_pid");
		lseek(fd, 0, SEEK_SET);
		if (pthread_create(&thread, NULL, short_life, (void *)i) || pthread_join(thread, &tid))
			errx(1, "thread %ld", i);
		/* It is joined before it has left, and until then its number is not free. */
		while (!syscall(SYS_tgkill, getpid(), (pid_t)(long)tid, 0))
			sched_yield();
		same += (long)tid == number;
	}
	printf("number %d\nsame %ld\n", number, same);
}

int main(int argc, char **argv)
{
	long count = argc > 2 ? atol(argv[2]) : 0;

	if (count <= 0)
		errx(2, "usage: crowd threads|forks|deep|reuse|reuse-tid N | born TID CMD...");
	if (!strcmp(argv[1], "threads"))
		threads(count);
	else if (!strcmp(argv[1], "forks"))
		forks(count);
	else if (!strcmp(argv[1], "deep"))
		deep(count);
	else if (!strcmp(argv[1], "born") && argc > 3)
		born(count, argv + 3);
	else if (!strcmp(argv[1], "reuse"))
		reuse(count);
	else
		reuse_tid(count);
	return 0;
}
