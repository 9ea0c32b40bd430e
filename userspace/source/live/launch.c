// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/live/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* NULL: there is none. A number needs no entry in the user database. */
static const struct passwd *user_of(const char *text, struct passwd *by_number)
{
	const struct passwd *found = getpwnam(text);
	char *end;
	unsigned long number;

	if (found)
		return found;
	number = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || number >= UINT32_MAX)
		return NULL;
	found = getpwuid((uid_t)number);
	*by_number = (struct passwd){.pw_uid = (uid_t)number, .pw_gid = (gid_t)number};
	return found ? found : by_number;
}

/* For good: groups first, the user last. Returns 0 or errno. */
static int become(const struct passwd *user)
{
	if (user->pw_name ? initgroups(user->pw_name, user->pw_gid) : setgroups(0, NULL))
		return errno;
	if (setresgid(user->pw_gid, user->pw_gid, user->pw_gid) || setresuid(user->pw_uid, user->pw_uid, user->pw_uid))
		return errno;
	if (user->pw_name && (setenv("USER", user->pw_name, 1) || setenv("LOGNAME", user->pw_name, 1) ||
			      setenv("HOME", user->pw_dir, 1)))
		return errno;
	return 0;
}

/* In the child. What the observer changed for itself (SIGPIPE, SIGXFSZ, handlers) is put back; exec does the
 * handlers. */
static void __attribute__((noreturn)) wait_and_exec(int gate, int verdict, char *const *command,
						    const struct passwd *user)
{
	char word;
	int error;

	/* One byte opens the gate. End of file without it: the observer is gone or thought better
	 * of it. */
	if (read(gate, &word, 1) != 1)
		_exit(0);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	error = user ? -become(user) : 0;
	if (!error)
		execvp(command[0], command);
	if (!error)
		error = errno;
	if (write(verdict, &error, sizeof(error)) != sizeof(error))
		_exit(126);
	_exit(error == ENOENT ? 127 : 126);
}

int launch_hold(struct launch *launch, char *const *command, const char *user)
{
	struct passwd by_number;
	const struct passwd *as = user ? user_of(user, &by_number) : NULL;
	int gate[2], verdict[2];
	int error;

	if (user && !as)
		return -EINVAL;
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
		wait_and_exec(gate[0], verdict[1], command, as);
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

bool launch_outlast(struct launch *launch, int timeout_ms)
{
	const struct timespec moment = {.tv_nsec = 10000000};

	/* Needs nothing that there may be none of. A signal ends the wait. */
	for (int waited_ms = 0; !launch_ended(launch) && waited_ms < timeout_ms; waited_ms += 10)
		if (nanosleep(&moment, NULL))
			break;
	return launch->ended;
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
