/* SPDX-License-Identifier: GPL-2.0-only
 *
 * States that a process seldom is in. Each prints what is to be known of it, then "ready", and stays.
 *
 * Usage: states zombie-leader  the leader has ended, a thread "lives on"
 *        states zombie         a child has ended and is not collected: "child PID"
 *        states vfork          waits for the child of its vfork(), uninterruptibly: "child PID"
 *        states stopped        stops itself
 *        states strict         seccomp's strict mode: read, write and exit, else it is killed
 *        states filtered       a filter that kills the process for any system call but the few that it makes itself
 *        states undumpable     not dumpable; with a mutex held by "holder"
 *        states lines          its command line overwritten with noise, its name changed all the time
 *        states exec           a thread that is not the leader calls exec while others wait: becomes sleep
 *        states ids            prints "ids REAL EFFECTIVE SAVED" and ends
 *        states waiting        a thread holds a mutex "holder", another waits for it "waiter"; numbers as the process sees them
 */
#include <err.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t there;

static void ready(void)
{
	puts("ready");
	fflush(stdout);
}

static void __attribute__((noreturn)) stay(void)
{
	for (;;)
		pause();
}

static void start(void *(*routine)(void *), const char *name)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, routine, NULL))
		errx(1, "no thread");
	pthread_setname_np(thread, name);
	pthread_barrier_wait(&there);
}

static void *lives_on(void *unused)
{
	char line[256], path[64];
	FILE *status;
	bool ended = false;

	pthread_barrier_wait(&there);
	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", getpid(), getpid());
	while (!ended) { /* until the leader is one that has ended */
		status = fopen(path, "r");
		ended = !status || (fgets(line, sizeof(line), status) && strstr(line, ") Z "));
		if (status)
			fclose(status);
	}
	ready();
	stay();
	return unused;
}

static void vfork_one(void)
{
	pid_t child = vfork();

	if (!child) {
		printf("child %d\n", getpid());
		ready();
		stay();
	}
	waitpid(child, NULL, 0);
}

static void zombie(void)
{
	pid_t child = fork();
	siginfo_t end;

	if (!child)
		_exit(3);
	waitid(P_PID, (id_t)child, &end, WEXITED | WNOWAIT);
	printf("child %d\n", child);
	ready();
	stay();
}

static void strict(void)
{
	int ends[2];
	char byte;

	if (pipe(ends))
		err(1, "pipe");
	ready();
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
	syscall(SYS_read, ends[0], &byte, 1);
}

#define ALLOW(number)                                                                                        \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static void filtered(void)
{
	static struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		ALLOW(SYS_pause),
		ALLOW(SYS_write),
		ALLOW(SYS_clock_nanosleep),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	static const struct sock_fprog filter = {sizeof(code) / sizeof(*code), code};

	fflush(stdout);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
		err(1, "seccomp");
	if (write(1, "ready\n", 6) != 6)
		_exit(1);
	for (;;)
		usleep(1000);
}

static void *holds(void *unused)
{
	pthread_mutex_lock(&mutex);
	printf("holder %ld\n", syscall(SYS_gettid));
	fflush(stdout);
	pthread_barrier_wait(&there);
	stay();
	return unused;
}

static void *waits(void *unused)
{
	printf("waiter %ld\n", syscall(SYS_gettid));
	fflush(stdout);
	pthread_barrier_wait(&there);
	pthread_mutex_lock(&mutex);
	return unused;
}

static void waiting(void)
{
	start(holds, "holds");
	start(waits, "waits");
	ready();
	stay();
}

/* More than a page, no end to it, nothing that anybody could print. */
static void lines(char **argv)
{
	char *end = argv[1] + strlen(argv[1]);
	char name[16];

	memset(argv[0], '\033', (size_t)(end - argv[0]) + 1);
	ready();
	for (unsigned int i = 0;; i++) {
		snprintf(name, sizeof(name), "\033[%um) R %u", i % 100, i % 10000);
		prctl(PR_SET_NAME, name);
		if (i % 64 == 0)
			usleep(100);
	}
}

static void *polls(void *unused)
{
	pthread_barrier_wait(&there);
	poll(NULL, 0, -1);
	return unused;
}

static void *execs(void *unused)
{
	pthread_barrier_wait(&there);
	usleep(50000); /* until the others wait */
	execlp("sleep", "sleep", "0.2", NULL);
	return unused;
}

static void exec_among_waits(void)
{
	start(holds, "holds");
	start(waits, "waits");
	start(polls, "polls");
	start(execs, "execs");
	pthread_mutex_lock(&mutex);
}

static void ids(void)
{
	uid_t real, effective, saved;

	getresuid(&real, &effective, &saved);
	printf("ids %u %u %u\n", real, effective, saved);
	exit(0);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	pthread_barrier_init(&there, NULL, 2);
	if (!strcmp(what, "zombie-leader")) {
		start(lives_on, "lives on");
		pthread_exit(NULL);
	}
	if (!strcmp(what, "zombie"))
		zombie();
	if (!strcmp(what, "vfork"))
		vfork_one();
	if (!strcmp(what, "stopped")) {
		ready();
		raise(SIGSTOP);
		stay();
	}
	if (!strcmp(what, "strict"))
		strict();
	if (!strcmp(what, "filtered"))
		filtered();
	if (!strcmp(what, "undumpable")) {
		prctl(PR_SET_DUMPABLE, 0);
		waiting();
	}
	if (!strcmp(what, "lines"))
		lines(argv);
	if (!strcmp(what, "exec"))
		exec_among_waits();
	if (!strcmp(what, "ids"))
		ids();
	if (!strcmp(what, "waiting"))
		waiting();
	errx(2, "usage: states zombie-leader|zombie|vfork|stopped|strict|filtered|undumpable|lines|exec|ids|waiting");
}
