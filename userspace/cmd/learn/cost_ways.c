// SPDX-License-Identifier: GPL-2.0-only
/* The ways to begin a thread or a process, each from its beginning to the moment that its end is
 * seen. */
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdalign.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "userspace/cmd/learn/cost.h"

#define STACK_BYTES 65536

/* Something small to become: what exec and dynamic linking add is the same for all who do it. */
#define PROGRAM "/bin/true"

extern char **environ;

static void *nothing(void *arg)
{
	return arg;
}

static int thread(void)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, nothing, NULL);

	return error ? -error : -pthread_join(thread, NULL);
}

static int wait_for(pid_t pid)
{
	if (pid < 0)
		return -errno;
	while (waitpid(pid, NULL, __WALL) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

/* Runs on a stack of its own and touches nothing that it may share: not even errno. */
static int end_at_once(void *arg)
{
	(void)arg;
	syscall(SYS_exit, 0);
	return 0;
}

/* One is measured at a time, so one stack serves all. */
static alignas(16) char stack[STACK_BYTES];

static int clone_with(int flags)
{
	return wait_for(clone(end_at_once, stack + STACK_BYTES, flags | SIGCHLD, NULL));
}

/* A thread as the kernel has it, without what a C library adds. Nobody can wait(2) for it: the
 * kernel clears a word. */
static int raw_thread(void)
{
	static pid_t word;
	const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
			  CLONE_SYSVSEM | CLONE_CHILD_CLEARTID;
	pid_t seen;

	__atomic_store_n(&word, 1, __ATOMIC_RELAXED);
	if (clone(end_at_once, stack + STACK_BYTES, flags, NULL, NULL, NULL, &word) < 0)
		return -errno;
	while ((seen = __atomic_load_n(&word, __ATOMIC_ACQUIRE)))
		syscall(SYS_futex, &word, FUTEX_WAIT, seen, NULL, NULL, 0);
	return 0;
}

static int clone_all_but_group(void)
{
	return clone_with(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_SYSVSEM);
}

static int clone_memory(void)
{
	return clone_with(CLONE_VM);
}

static int clone_files(void)
{
	return clone_with(CLONE_FS | CLONE_FILES);
}

static int clone_nothing(void)
{
	return clone_with(0);
}

static int fork_and_end(void)
{
	const pid_t pid = fork();

	if (!pid)
		_exit(0);
	return wait_for(pid);
}

static char *const arguments[] = {(char *)PROGRAM, NULL};

static int vfork_and_exec(void)
{
	const pid_t pid = vfork();

	if (!pid) {
		execve(PROGRAM, arguments, environ);
		_exit(127);
	}
	return wait_for(pid);
}

static int spawn(void)
{
	pid_t pid;
	int error = posix_spawn(&pid, PROGRAM, NULL, NULL, arguments, environ);

	return error ? -error : wait_for(pid);
}

static int fork_and_exec(void)
{
	const pid_t pid = fork();

	if (!pid) {
		execve(PROGRAM, arguments, environ);
		_exit(127);
	}
	return wait_for(pid);
}

const struct cost_way cost_ways[COST_WAYS] = {
    [COST_THREAD] = {"thread", "thread (pthread_create, pthread_join)", thread},
    {"clone_thread", "clone: a bare thread of the kernel", raw_thread},
    {"clone_vm_fs_files_sighand", "clone: memory, files, folder, signal handlers",
     clone_all_but_group},
    {"clone_vm", "clone: memory alone", clone_memory},
    {"clone_fs_files", "clone: files and folder alone", clone_files},
    [COST_FORK] = {"fork", "process (fork, _exit, wait)", fork_and_end},
    {"clone_none", "clone: none of the flags", clone_nothing},
    {"vfork_exec", "vfork, exec " PROGRAM ", wait", vfork_and_exec},
    {"posix_spawn", "posix_spawn " PROGRAM ", wait", spawn},
    {"fork_exec", "fork, exec " PROGRAM ", wait", fork_and_exec},
};
