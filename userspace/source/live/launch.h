/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Starts a program and holds it before its first instruction, without ptrace, so that set-user-id
 * programs and debuggers work as ever: the child waits at a gate (a pipe) and calls exec when it
 * opens.
 */
#ifndef THRACE_SOURCE_LAUNCH_H
#define THRACE_SOURCE_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

struct launch {
	pid_t pid;   /* 0: nothing launched */
	int gate;    /* closed: the child goes on; -1: open already */
	int verdict; /* end of file: exec worked; else it brings errno */
	bool ended;
	int status; /* as wait(2) gives it */
};

/* Returns 0 or -errno. */
/* user: as whom the program runs, a name or a number; NULL: nobody else. -EINVAL: there is no such user. */
int launch_hold(struct launch *launch, char *const *command, const char *user);
/* Opens the gate and waits for exec. Returns 0, -errno of exec, or errno of becoming the user; the child is gone then. */
int launch_start(struct launch *launch);
/* Notes the end, without waiting for it. Returns launch->ended. */
bool launch_ended(struct launch *launch);
/* The same, after waiting for it up to timeout_ms. */
bool launch_outlast(struct launch *launch, int timeout_ms);
/* Lets go: a child that is still held ends without having run anything. */
void launch_close(struct launch *launch);

#endif
