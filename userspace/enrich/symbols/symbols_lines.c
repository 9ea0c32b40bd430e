// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/symbols/symbols_lines.h"
#include "userspace/enrich/symbols/line_table.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CPU_S 20 /* and so long in all */
#define DATA_BYTES (2ull << 30)
#define NOBODY 65534

struct lines {
	pid_t child;
	int socket; /* -1: the child broke down */
	uint64_t asked, asked_ms; /* the question that it thinks about, and since when; 0: none */
};

struct answer {
	uint32_t line; /* 0: not known */
	char file[LINES_FILE_BYTES];
};

/* --- the child -------------------------------------------------------------------------------------------- */

static void answer_one(const struct line_table *table, uint64_t address, struct answer *answer)
{
	const char *file;
	size_t length;

	memset(answer, 0, sizeof(*answer));
	file = line_table_find(table, address, &answer->line);
	if (!file)
		return;
	length = strlen(file);
	if (length >= sizeof(answer->file))
		file += length - (sizeof(answer->file) - 1);
	strcpy(answer->file, file);
}

/*
 * What reading a file into memory takes, and answering; files are opened to be read only. The rest is refused, not
 * punished: libdw asks for more than it needs.
 */
#define ALLOWED(X)                                                                                 \
	X(read) X(pread64) X(recvfrom) X(sendto) X(mmap) X(munmap) X(mremap) X(mprotect) X(brk)    \
	X(madvise) X(fstat) X(newfstatat) X(lseek) X(close) X(fcntl) X(readlink) X(readlinkat)     \
	X(futex) X(rt_sigreturn) X(exit) X(exit_group)

static void allow_little(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#define X(name)                                                                                    \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1),                                     \
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		ALLOWED(X)
#undef X
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_ACCMODE | O_CREAT | O_TRUNC, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	};
	const struct sock_fprog program = {.len = sizeof(filter) / sizeof(*filter), .filter = filter};

	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void limit(int resource, rlim_t value)
{
	const struct rlimit both = {value, value};

	setrlimit(resource, &both);
}

/* What a broken reader could reach for is given up first. Some of it may be refused (an unprivileged user has nothing
 * to give up): then there was nothing to lose. */
static void give_up_privilege(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0}, {0}};
	int refused;

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	limit(RLIMIT_CPU, CPU_S);
#ifndef __SANITIZE_ADDRESS__ /* which keeps terabytes of shadow memory */
	limit(RLIMIT_DATA, DATA_BYTES);
#endif
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0);
	refused = setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY);
	refused |= syscall(SYS_capset, &header, none) != 0;
	(void)refused;
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* changing the user clears it */
	allow_little();
}

/* Keeps the two descriptors that it needs, as 0 and 1; what stands on stderr is nobody's concern. */
static void keep_descriptors(int socket, int fd)
{
	int moved = dup(socket), file = dup(fd);

	if (moved < 0 || file < 0 || dup2(moved, 0) < 0 || dup2(file, 1) < 0)
		_exit(1);
	close_range(2, ~0u, 0);
}

static _Noreturn void serve(int socket, int fd)
{
	struct line_table table;
	struct answer answer;
	uint64_t address;

	for (int number = 1; number < 32; number++)
		signal(number, SIG_DFL);
	keep_descriptors(socket, fd);
	give_up_privilege();
	line_table_open(&table, 1);
	while (recv(0, &address, sizeof(address), 0) == sizeof(address)) {
		answer_one(&table, address, &answer);
		if (send(0, &answer, sizeof(answer), MSG_NOSIGNAL) != sizeof(answer))
			break;
	}
	_exit(0);
}

/* --- the parent ------------------------------------------------------------------------------------------- */

struct lines *lines_open(int fd)
{
	struct lines *lines = calloc(1, sizeof(*lines));
	int sockets[2];

	if (!lines)
		return NULL;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets)) {
		free(lines);
		return NULL;
	}
	lines->child = fork();
	if (!lines->child)
		serve(sockets[1], fd);
	close(sockets[1]);
	lines->socket = sockets[0];
	if (lines->child > 0)
		return lines;
	close(lines->socket);
	free(lines);
	return NULL;
}

static void end_child(struct lines *lines)
{
	if (lines->socket < 0)
		return;
	close(lines->socket);
	lines->socket = -1;
	kill(lines->child, SIGKILL);
	while (waitpid(lines->child, NULL, 0) < 0 && errno == EINTR)
		;
}

void lines_close(struct lines *lines)
{
	if (!lines)
		return;
	end_child(lines);
	free(lines);
}

bool lines_broken(const struct lines *lines)
{
	return lines->socket < 0;
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool answered(const struct lines *lines, int wait_ms)
{
	struct pollfd ready = {.fd = lines->socket, .events = POLLIN};
	uint64_t now = now_ms(), until = now + (uint64_t)wait_ms;

	do {
		int result = poll(&ready, 1, (int)(until - now));

		if (result > 0)
			return true;
		if (result < 0 && errno != EINTR)
			return false;
		now = now_ms();
	} while (now < until);
	return false;
}

static int ask(struct lines *lines, uint64_t address)
{
	if (send(lines->socket, &address, sizeof(address), MSG_NOSIGNAL) != sizeof(address))
		return -EPIPE;
	lines->asked = address;
	lines->asked_ms = now_ms();
	return 0;
}

static int take_answer(struct lines *lines, int wait_ms, struct answer *answer)
{
	if (!answered(lines, wait_ms))
		return now_ms() - lines->asked_ms < LINES_ANSWER_MS ? -EAGAIN : -EPIPE;
	lines->asked = 0;
	return recv(lines->socket, answer, sizeof(*answer), 0) == sizeof(*answer) ? 0 : -EPIPE;
}

int lines_find(struct lines *lines, uint64_t address, int wait_ms, char *file, uint32_t *line)
{
	struct answer answer;
	int error = 0;

	if (lines->socket < 0)
		return -EPIPE;
	/* Somebody did not wait for the answer to another question: whoever it was asks again. */
	if (lines->asked && lines->asked != address)
		error = take_answer(lines, wait_ms, &answer);
	if (!error && !lines->asked)
		error = ask(lines, address);
	if (!error)
		error = take_answer(lines, wait_ms, &answer);
	if (error == -EPIPE)
		end_child(lines);
	if (error)
		return error;
	if (!answer.line)
		return -ENOENT;
	answer.file[sizeof(answer.file) - 1] = '\0';
	memcpy(file, answer.file, sizeof(answer.file));
	*line = answer.line;
	return 0;
}
