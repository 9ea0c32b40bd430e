/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A family of tasks that share in every way there is. Prints which task has which object, a line for each group, as
 * "key tid tid ...", then "ready", then sleeps until it is killed; its children end with it.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STACK_BYTES 65536

enum member { MAIN, PLAIN, APART, FORKED, CLONED, MIXED, UNDOING, HOSTED, VFORKED, MEMBERS };

static volatile pid_t *tids; /* by enum member, shared with all */

static void arrive(enum member member)
{
	tids[member] = (pid_t)syscall(SYS_gettid);
	for (;;)
		pause();
}

static void *thread(void *member)
{
	enum member who = (enum member)(intptr_t)member;

	if (who == APART && unshare(CLONE_FILES | CLONE_FS))
		abort();
	arrive(who);
	return NULL;
}

static int cloned(void *member)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	arrive((enum member)(intptr_t)member);
	return 0;
}

static void start_clone(int flags, enum member member)
{
	char *stack = malloc(STACK_BYTES);

	if (!stack || clone(cloned, stack + STACK_BYTES, flags | SIGCHLD, (void *)(intptr_t)member) < 0)
		abort();
}

static void start_fork(enum member member)
{
	struct sembuf undone = {.sem_num = 0, .sem_op = 1, .sem_flg = SEM_UNDO};

	if (fork())
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (member == UNDOING) {
		int set = semget(IPC_PRIVATE, 1, 0600);

		if (set < 0 || semop(set, &undone, 1) || semctl(set, 0, IPC_RMID) < 0)
			abort();
	}
	if (member == HOSTED && unshare(CLONE_NEWUTS))
		abort();
	arrive(member);
}

static void wait_for(enum member member)
{
	while (!tids[member])
		usleep(1000);
}

static void group(const char *key, const enum member *members, size_t count)
{
	printf("%s", key);
	for (size_t i = 0; i < count; i++)
		printf(" %d", tids[members[i]]);
	printf("\n");
}

#define GROUP(key, ...)                                                                            \
	group(key, (enum member[]){__VA_ARGS__}, sizeof((enum member[]){__VA_ARGS__}) / sizeof(enum member))

static void tell(void)
{
	GROUP("address_space", MAIN, PLAIN, APART, CLONED, MIXED, VFORKED);
	GROUP("address_space", FORKED);
	GROUP("address_space", UNDOING);
	GROUP("files", MAIN, PLAIN, MIXED);
	GROUP("files", APART);
	GROUP("files", CLONED);
	GROUP("files", FORKED);
	GROUP("files", VFORKED);
	GROUP("fs", MAIN, PLAIN, MIXED);
	GROUP("fs", APART);
	GROUP("fs", CLONED);
	GROUP("signal_handlers", MAIN, PLAIN, APART, MIXED);
	GROUP("signal_handlers", CLONED);
	GROUP("signal_handlers", VFORKED);
	GROUP("thread_group", MAIN, PLAIN, APART);
	GROUP("thread_group", MIXED);
	GROUP("semaphore_undo", MAIN, PLAIN, APART);
	GROUP("semaphore_undo", UNDOING);
	GROUP("ns_uts", MAIN, PLAIN, APART, FORKED, CLONED, MIXED, UNDOING, VFORKED);
	GROUP("ns_uts", HOSTED);
	GROUP("credentials", MAIN, PLAIN, APART, FORKED, CLONED, MIXED, UNDOING, HOSTED, VFORKED);
	/* none of these: no semaphore operation of theirs is to be undone */
	GROUP("no:semaphore_undo", FORKED, CLONED, MIXED, HOSTED, VFORKED);
	printf("ready\n");
	fflush(stdout);
}

/* The one that waits for its vfork child cannot tell anything: another thread does. */
static void *speaker(void *unused)
{
	wait_for(VFORKED);
	tell();
	return unused;
}

int main(void)
{
	pthread_t handle;

	tids = mmap(NULL, sizeof(*tids) * MEMBERS, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tids == MAP_FAILED)
		return 1;
	tids[MAIN] = getpid();
	start_fork(FORKED);
	start_fork(UNDOING);
	start_fork(HOSTED);
	pthread_create(&handle, NULL, thread, (void *)(intptr_t)PLAIN);
	pthread_create(&handle, NULL, thread, (void *)(intptr_t)APART);
	start_clone(CLONE_VM, CLONED);
	start_clone(CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND, MIXED);
	for (enum member member = MAIN; member < VFORKED; member++)
		wait_for(member);
	pthread_create(&handle, NULL, speaker, NULL);
	if (!vfork()) {
		/* Nothing but system calls: this is still the parent's memory. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		arrive(VFORKED);
	}
	return 0;
}
