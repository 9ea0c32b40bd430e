/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Starts a program and holds it before its first instruction, without ptrace, so that set-user-id
 * programs and debuggers work as ever: the child waits at a gate (a pipe) and calls exec when it
 * opens.
 */
#ifndef THRACE_SOURCE_PROCFS_LAUNCH_H
#define THRACE_SOURCE_PROCFS_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

struct procfs_launch {
	pid_t pid;   /* 0: nothing launched */
	int gate;    /* closed: the child goes on; -1: open already */
	int verdict; /* end of file: exec worked; else it brings errno */
	bool ended;
	int status; /* as wait(2) gives it */
};

/* Returns 0 or -errno. */
int procfs_launch_hold(struct procfs_launch *launch, char *const *command);
/* Opens the gate and waits for exec. Returns 0 or -errno of exec; the child is gone then. */
int procfs_launch_start(struct procfs_launch *launch);
/* Notes the end, without waiting for it. Returns launch->ended. */
bool procfs_launch_ended(struct procfs_launch *launch);
/* Lets go: a child that is still held ends without having run anything. */
void procfs_launch_close(struct procfs_launch *launch);

#endif
