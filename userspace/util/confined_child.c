// SPDX-License-Identifier: GPL-2.0-only
/* The child's side: what a broken reader could reach for is given up first. */
#include "userspace/util/confined_private.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY	 65534
#define CPU_S	 20 /* whoever forgets to kill it */

/*
 * What reading a file into memory takes, and answering. The rest is refused, not punished: libraries ask for more than
 * they need.
 */
#define ALLOWED(X)                                                                                 \
	X(read) X(pread64) X(recvfrom) X(sendto) X(mmap) X(munmap) X(mremap) X(mprotect) X(brk)    \
	X(madvise) X(fstat) X(newfstatat) X(lseek) X(close) X(fcntl) X(readlink) X(readlinkat)     \
	X(futex) X(rt_sigreturn) X(exit) X(exit_group)

static void allow_little(bool opens_files)
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
		/* No call has this number. */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, opens_files ? SYS_openat : ~0u, 0, 3),
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

#ifndef __SANITIZE_ADDRESS__ /* which keeps terabytes of shadow memory */
/* Beside what it has of its parent's, which it cannot give back. The file that it maps is not of this. */
static void limit_memory(uint64_t room)
{
	int fd = open("/proc/self/statm", O_RDONLY);
	unsigned long long pages = 0;
	char text[128] = "";

	if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 && sscanf(text, "%*u %*u %*u %*u %*u %llu", &pages) != 1)
		pages = 0;
	limit(RLIMIT_DATA, pages * (unsigned long)getpagesize() + room);
	if (fd >= 0)
		close(fd);
}
#else
static void limit_memory(uint64_t room)
{
	(void)room;
}
#endif

/* Some of it may be refused (an unprivileged user has nothing to give up): then there was nothing to lose. */
static void give_up_privilege(const struct confined_kind *kind)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0}, {0}};
	int refused;

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	limit(RLIMIT_CPU, CPU_S);
	limit_memory(kind->data_bytes);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0);
	refused = setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY);
	refused |= syscall(SYS_capset, &header, none) != 0;
	(void)refused;
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* changing the user clears it */
	allow_little(kind->opens_files);
}

/* Keeps the two descriptors that it needs, as 0 and 1; what stands on stderr is nobody's concern. */
static void keep_descriptors(int socket, int fd)
{
	int moved = dup(socket), file = dup(fd);

	if (moved < 0 || file < 0 || dup2(moved, 0) < 0 || dup2(file, 1) < 0)
		_exit(1);
	close_range(2, ~0u, 0);
}

_Noreturn void confined_be(const struct confined_kind *kind, int socket, int fd)
{
	for (int number = 1; number < 32; number++)
		signal(number, SIG_DFL);
	keep_descriptors(socket, fd);
	give_up_privilege(kind);
	kind->serve();
	_exit(0);
}

bool confined_question(uint64_t *question)
{
	return recv(0, question, sizeof(*question), 0) == sizeof(*question);
}

bool confined_answer(const void *answer, size_t size)
{
	return send(0, answer, size, MSG_NOSIGNAL) == (ssize_t)size;
}
