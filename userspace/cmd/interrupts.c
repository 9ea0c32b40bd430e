// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/interrupts.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "userspace/cmd/command.h"
#include "userspace/ui/term_guard.h"

#define AGAIN_MS 100 /* two interrupts further apart than this are two */
#define PATIENCE_SECONDS 5 /* an end in order takes a second at most */

/* The signal that asked for the end. A handler can reach nothing but a variable of the file. */
static volatile sig_atomic_t signalled;
static volatile sig_atomic_t signalled_ms; /* when, by a clock that may wrap around */
static volatile sig_atomic_t program; /* who gets it too; 0: nobody */
static volatile sig_atomic_t to_pass_on; /* it has yet to */
static volatile sig_atomic_t pass_on_error;

static sig_atomic_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (sig_atomic_t)((now.tv_sec * 1000 + now.tv_nsec / 1000000) & 0x3fffffff);
}

static void pass_on(void)
{
	int before = errno;

	if (to_pass_on && program && kill(program, signalled))
		pass_on_error = errno;
	to_pass_on = 0;
	errno = before;
}

static void end_now(int number)
{
	pass_on();
	term_guard_restore();
	_exit(STATUS_SIGNAL + number);
}

/* The program's moment is over; or, where there is nothing to pass on, this one is stuck: in a write that nobody reads, or
 * in a file that does not answer. */
static void on_alarm(int number)
{
	(void)number;
	if (!to_pass_on)
		end_now(signalled);
	pass_on();
	alarm(PATIENCE_SECONDS);
}

/*
 * A terminal gives its signals to everybody who works at it, a process (kill(1), say) perhaps to this one alone. Whoever
 * sends one to all of a process group has sent it to the program as well: it gets a moment to end by it.
 */
static void begin_to_end(bool sent)
{
	const struct itimerval moment = {.it_value.tv_usec = INTERRUPTS_PASS_ON_MS * 1000};

	to_pass_on = sent && program;
	if (to_pass_on)
		setitimer(ITIMER_REAL, &moment, NULL);
	else
		alarm(PATIENCE_SECONDS);
}

/*
 * A second one means at once. One that comes with the first is the same: timeout(1), for one, signals its child and then
 * its whole group.
 */
static void on_signal(int number, siginfo_t *info, void *context)
{
	bool again = signalled;

	(void)context;
	if (again && clock_ms() - signalled_ms > AGAIN_MS)
		end_now(number);
	signalled = number;
	if (again)
		return;
	signalled_ms = clock_ms();
	begin_to_end(info->si_code <= 0); /* positive: the kernel's own */
}

int interrupts_signal(void)
{
	return signalled;
}

void interrupts_pass_on_to(pid_t pid)
{
	program = pid;
}

bool interrupts_to_pass_on(void)
{
	return to_pass_on;
}

int interrupts_pass_on_error(void)
{
	return pass_on_error;
}

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

#define NUMBERS (sizeof(numbers) / sizeof(*numbers))

void interrupts_catch(void)
{
	/* No SA_RESTART: a read that waits comes back at once. */
	const struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
	/* What waits goes on waiting: the signal itself has told it. */
	const struct sigaction late = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
	struct sigaction before;

	alarm(0);
	signalled = program = to_pass_on = pass_on_error = 0;
	sigaction(SIGALRM, &late, NULL);
	for (size_t i = 0; i < NUMBERS; i++) {
		/* What nohup(1) or a shell set to be ignored stays ignored. */
		if (!sigaction(numbers[i], NULL, &before) && before.sa_handler == SIG_IGN)
			continue;
		sigaction(numbers[i], &action, NULL);
	}
}

void interrupts_release(void)
{
	const struct sigaction action = {.sa_handler = SIG_DFL};
	struct sigaction now;

	alarm(0);
	for (size_t i = 0; i < NUMBERS; i++)
		if (!sigaction(numbers[i], NULL, &now) && now.sa_sigaction == on_signal)
			sigaction(numbers[i], &action, NULL);
}
