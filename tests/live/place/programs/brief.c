// SPDX-License-Identifier: GPL-2.0-only
/* Creators that are gone before anybody can look at them: copies that end at once, and a program that replaces itself. Says
 * where they create: "WAY TID FUNCTION LINE". */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, noclone))
#define COPIES 40

static void say(const char *way, pid_t number, const char *function, int line)
{
	dprintf(STDOUT_FILENO, "%s %d %s %d\n", way, number, function, line);
}

NOINLINE static void create_in_copy(void)
{
	int line = __LINE__ + 1;
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	say("copy", pid, __func__, line);
}

NOINLINE static void create_copy(void)
{
	int line = __LINE__ + 1;
	pid_t pid = fork();

	if (!pid) {
		create_in_copy();
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	say("creator", pid, __func__, line);
}

NOINLINE static void create_before(char *program)
{
	char *again[] = {program, "again", NULL};
	int line = __LINE__ + 1;
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	say("before", pid, __func__, line);
	execv(program, again);
	_exit(1);
}

NOINLINE static void create_after(void)
{
	int line = __LINE__ + 1;
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	say("after", pid, __func__, line);
	waitpid(pid, NULL, 0);
	usleep(200000); /* this one can be looked at */
}

int main(int count, char **arguments)
{
	if (count > 1 && !strcmp(arguments[1], "again")) {
		create_after();
		return 0;
	}
	for (int i = 0; i < COPIES; i++)
		create_copy();
	create_before(arguments[0]);
}
