/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Waits that lead out of the process: shared mutexes, pipes, children, file locks.
 */
#include "tests/live/waits/truth.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child that does not outlive its parent. */
static pid_t child(void)
{
	pid_t pid = fork();

	if (pid < 0)
		exit(1);
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	name_self("child");
	return 0;
}

static void make_shared(pthread_mutex_t *lock)
{
	pthread_mutexattr_t how;

	pthread_mutexattr_init(&how);
	pthread_mutexattr_setpshared(&how, PTHREAD_PROCESS_SHARED);
	check(pthread_mutex_init(lock, &how), "pthread_mutex_init");
}

static void shared(void)
{
	struct {
		pthread_mutex_t locks[2];
		pthread_barrier_t ready;
	} *both = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_barrierattr_t how;
	pid_t pid;

	make_shared(&both->locks[0]);
	make_shared(&both->locks[1]);
	pthread_barrierattr_init(&how);
	pthread_barrierattr_setpshared(&how, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&both->ready, &how, 2);
	pid = child();
	if (pid)
		name_self("parent");
	pthread_mutex_lock(&both->locks[!pid]);
	pthread_barrier_wait(&both->ready);
	if (pid)
		say("[\"parent\", \"child\"]", FACT "," FACT, "parent", "mutex", "child", "child", "mutex", "parent");
	pthread_mutex_lock(&both->locks[!!pid]);
}

/* The child alone has the end for writing, and sleeps. */
static void pipe_reader(void)
{
	int ends[2];
	char byte;

	check(pipe(ends), "pipe");
	if (!child())
		stay();
	close(ends[1]);
	name_self("parent");
	say(NULL, FACT, "parent", "pipe", "child");
	if (read(ends[0], &byte, 1))
		exit(1);
}

/* As many a program has it: waits for a child that cannot end before somebody reads what it writes. */
static void full_pipe(void)
{
	static char bytes[1 << 20];
	int ends[2];
	pid_t pid;

	check(pipe(ends), "pipe");
	pid = child();
	if (!pid) {
		close(ends[0]);
		exit(write(ends[1], bytes, sizeof(bytes)) < 0);
	}
	close(ends[1]);
	name_self("parent");
	say("[\"parent\", \"child\"]", FACT "," FACT, "parent", "child", "child", "child", "pipe", "parent");
	waitpid(pid, NULL, 0);
}

static void wait_child(void)
{
	if (!child())
		stay();
	name_self("parent");
	say(NULL, FACT, "parent", "child", "child");
	wait(NULL);
}

static void file_lock(void)
{
	int ready[2], fd;
	char byte;

	check(pipe(ready), "pipe");
	if (!child()) {
		fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
		check(flock(fd, LOCK_EX), "flock");
		if (write(ready[1], "", 1) != 1)
			exit(1);
		stay();
	}
	name_self("parent");
	if (read(ready[0], &byte, 1) != 1)
		exit(1);
	fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	say(NULL, FACT, "parent", "file_lock", "child");
	flock(fd, LOCK_EX);
}

const struct truth truth_processes[] = {
	{"shared", shared},	    {"pipe_reader", pipe_reader}, {"full_pipe", full_pipe},
	{"wait_child", wait_child}, {"file_lock", file_lock},	  {NULL, NULL},
};
