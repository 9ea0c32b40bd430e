// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/ui/term_guard.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define UNDO_BYTES  512
#define STACK_BYTES 65536 /* a crash may be for want of stack */

/* A handler can reach nothing but variables of the file. */
static volatile sig_atomic_t armed;
static int guarded_fd = -1;
static struct termios guarded;
static char undo[UNDO_BYTES];
static size_t undo_bytes;
static char stack[STACK_BYTES] __attribute__((aligned(16)));

static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGQUIT, SIGXCPU};

void term_guard_restore(void)
{
	if (!armed)
		return;
	armed = 0;
	for (size_t done = 0; done < undo_bytes;) {
		ssize_t wrote = write(guarded_fd, undo + done, undo_bytes - done);

		if (wrote <= 0)
			break;
		done += (size_t)wrote;
	}
	tcsetattr(guarded_fd, TCSANOW, &guarded);
}

/* SA_RESETHAND: raised once more, it kills as it would have without us. */
static void on_deadly(int number)
{
	term_guard_restore();
	raise(number);
}

static void catch_deadly(void)
{
	const stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
	const struct sigaction action = {
	    .sa_handler = on_deadly,
	    .sa_flags = SA_RESETHAND | SA_ONSTACK | SA_NODEFER,
	};

	sigaltstack(&alternate, NULL);
	for (size_t i = 0; i < sizeof(deadly) / sizeof(*deadly); i++)
		sigaction(deadly[i], &action, NULL);
}

void term_guard_begin(int fd, const char *undo_text)
{
	static bool prepared;

	guarded_fd = fd;
	undo_bytes = strnlen(undo_text, sizeof(undo));
	memcpy(undo, undo_text, undo_bytes);
	if (tcgetattr(fd, &guarded))
		return;
	armed = 1;
	if (prepared)
		return;
	prepared = true;
	catch_deadly();
	atexit(term_guard_restore);
}

void term_guard_end(void)
{
	armed = 0;
}
