// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/blank.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ioprio.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void idle(int keep)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (keep >= 0)
		close(keep);
	for (;;)
		pause();
}

/*
 * fork(2) leaves semaphore undo behind (copy_semundo in ipc/sem.c), and the I/O context too unless the parent's has a
 * priority of its own (copy_io in block/blk-ioc.c), as under ionice(1). So the middle one gives that up, and its child
 * has none.
 */
static _Noreturn void make(int out)
{
	pid_t pid;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_NONE, 0));
	pid = fork();
	if (!pid)
		idle(out);
	if (pid < 0 || write(out, &pid, sizeof(pid)) != sizeof(pid))
		_exit(1);
	idle(out);
}

int blank_open(struct blank *blank)
{
	int pipe[2], error = 0;

	*blank = (struct blank){0};
	if (pipe2(pipe, O_CLOEXEC))
		return -errno;
	blank->parent = fork();
	if (!blank->parent)
		make(pipe[1]);
	error = blank->parent < 0 ? -errno : 0;
	close(pipe[1]);
	if (!error && read(pipe[0], &blank->pid, sizeof(blank->pid)) != sizeof(blank->pid))
		error = -ECHILD;
	close(pipe[0]);
	if (error)
		blank_close(blank);
	return error;
}

/* The blank one is nobody's child here; it ends with its parent (PR_SET_PDEATHSIG). */
void blank_close(struct blank *blank)
{
	if (blank->parent > 0) {
		kill(blank->parent, SIGKILL);
		while (waitpid(blank->parent, NULL, 0) < 0 && errno == EINTR)
			;
	}
	*blank = (struct blank){0};
}
