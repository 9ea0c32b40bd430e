// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child. What the observer changed for itself (SIGPIPE, handlers) is put back; exec does the
 * handlers. */
static void __attribute__((noreturn)) wait_and_exec(int gate, int verdict, char *const *command)
{
	char word;
	int error;

	/* One byte opens the gate. End of file without it: the observer is gone or thought better
	 * of it. */
	if (read(gate, &word, 1) != 1)
		_exit(0);
	signal(SIGPIPE, SIG_DFL);
	execvp(command[0], command);
	error = errno;
	if (write(verdict, &error, sizeof(error)) != sizeof(error))
		_exit(126);
	_exit(error == ENOENT ? 127 : 126);
}

int launch_hold(struct launch *launch, char *const *command)
{
	int gate[2], verdict[2];
	int error;

	if (pipe2(gate, O_CLOEXEC))
		return -errno;
	if (pipe2(verdict, O_CLOEXEC)) {
		error = -errno;
		close(gate[0]);
		close(gate[1]);
		return error;
	}
	launch->pid = fork();
	error = launch->pid < 0 ? -errno : 0;
	if (!launch->pid) {
		close(gate[1]);
		wait_and_exec(gate[0], verdict[1], command);
	}
	close(gate[0]);
	close(verdict[1]);
	launch->gate = gate[1];
	launch->verdict = verdict[0];
	if (error) {
		launch->pid = 0;
		launch_close(launch);
	}
	return error;
}

int launch_start(struct launch *launch)
{
	int error = 0;
	ssize_t got;

	if (write(launch->gate, "", 1) != 1)
		return -errno;
	close(launch->gate);
	launch->gate = -1;
	do
		got = read(launch->verdict, &error, sizeof(error));
	while (got < 0 && errno == EINTR);
	if (got != sizeof(error))
		return 0;
	waitpid(launch->pid, &launch->status, 0);
	launch->ended = true;
	return -error;
}

bool launch_ended(struct launch *launch)
{
	siginfo_t end = {0};

	if (launch->ended || !launch->pid)
		return launch->ended;
	/* Left a zombie until the close, so that the last look still finds it. */
	if (waitid(P_PID, (id_t)launch->pid, &end, WEXITED | WNOHANG | WNOWAIT) || !end.si_pid)
		return false;
	launch->ended = true;
	if (end.si_code == CLD_EXITED)
		launch->status = W_EXITCODE(end.si_status, 0);
	else
		launch->status = W_EXITCODE(0, end.si_status);
	return true;
}

void launch_close(struct launch *launch)
{
	bool held = launch->gate >= 0;

	if (held)
		close(launch->gate);
	if (launch->verdict >= 0)
		close(launch->verdict);
	launch->gate = launch->verdict = -1;
	if (launch->pid)
		waitpid(launch->pid, NULL, held ? 0 : WNOHANG);
}
