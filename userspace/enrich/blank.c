// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/blank.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ioprio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Until the other end of the leash is closed: then there is nothing to read. */
static _Noreturn void idle(int leash)
{
	char nothing;

	while (read(leash, &nothing, 1) < 0 && errno == EINTR)
		;
	_exit(0);
}

/*
 * fork(2) leaves semaphore undo behind (copy_semundo in ipc/sem.c), and the I/O context too unless the parent's has a
 * priority of its own (copy_io in block/blk-ioc.c), as under ionice(1). So the middle one gives that up, and its child
 * has none.
 */
static _Noreturn void make(int leash, int out)
{
	pid_t pid;

	syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_NONE, 0));
	pid = fork();
	if (!pid) {
		close(out);
		idle(leash);
	}
	if (pid < 0 || write(out, &pid, sizeof(pid)) != sizeof(pid))
		_exit(1);
	close(out);
	idle(leash);
}

static int start(struct blank *blank, int leash[2], int told[2])
{
	blank->parent = fork();
	if (!blank->parent) {
		close(leash[1]);
		close(told[0]);
		make(leash[0], told[1]);
	}
	close(leash[0]);
	close(told[1]);
	blank->leash = leash[1];
	if (blank->parent < 0)
		return -errno;
	return read(told[0], &blank->pid, sizeof(blank->pid)) == sizeof(blank->pid) ? 0 : -ECHILD;
}

int blank_open(struct blank *blank)
{
	int leash[2], told[2], error;

	*blank = (struct blank){.leash = -1};
	if (pipe2(leash, O_CLOEXEC))
		return -errno;
	if (pipe2(told, O_CLOEXEC)) {
		error = -errno;
		close(leash[0]);
		close(leash[1]);
		return error;
	}
	error = start(blank, leash, told);
	close(told[0]);
	if (error)
		blank_close(blank);
	return error;
}

void blank_close(struct blank *blank)
{
	if (blank->leash >= 0)
		close(blank->leash);
	if (blank->parent > 0)
		while (waitpid(blank->parent, NULL, 0) < 0 && errno == EINTR)
			;
	*blank = (struct blank){.leash = -1};
}
