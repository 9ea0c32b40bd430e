/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What is given up is: each case in a child of its own, which cannot take it back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "userspace/util/privilege.h"

/* What the call returns after privilege_drop(): 0 or errno. */
static int without_rights(int (*call)(void))
{
	pid_t child = fork();
	int status;

	if (!child) {
		int failed = privilege_drop(0) ? 255 : call() ? errno : 0;

		_exit(failed);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int signal_own(void)
{
	return kill(getpid(), 0);
}

static int signal_own_group(void)
{
	return kill(0, 0);
}

static int signal_everybody(void)
{
	return kill(-1, 0);
}

static int signal_a_group(void)
{
	return kill(-getpgrp(), 0);
}

static int queue_a_signal(void)
{
	return (int)syscall(SYS_rt_sigqueueinfo, getpid(), 0, NULL);
}

/* One process can be sent a signal, a child or the program that was started; more than one cannot. */
static void test_signals(void **state)
{
	(void)state;
	assert_int_equal(without_rights(signal_own), 0);
	assert_int_equal(without_rights(signal_own_group), EPERM);
	assert_int_equal(without_rights(signal_everybody), EPERM);
	assert_int_equal(without_rights(signal_a_group), EPERM);
	assert_int_equal(without_rights(queue_a_signal), EPERM);
}

static int run_a_program(void)
{
	char *const arguments[] = {"true", NULL};

	return execv("/bin/true", arguments);
}

static void test_programs(void **state)
{
	(void)state;
	assert_int_equal(without_rights(run_a_program), EPERM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_signals),
	    cmocka_unit_test(test_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
