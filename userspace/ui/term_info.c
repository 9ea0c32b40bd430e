// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/ui/term_info.h"

#include <curses.h>
#include <stdio.h>
#include <term.h>

static const char *capability(const char *name)
{
	const char *value = tigetstr((char *)name);

	return value && value != (const char *)-1 ? value : "";
}

const char *term_info_open(const char *name, int fd)
{
	int result = 0;

	if (!name || !*name || setupterm((char *)name, fd, &result) != OK)
		return "is not known here";
	return *capability("cup") ? NULL : "cannot place its cursor";
}

const char *term_info_undo(char *text, size_t size)
{
	/* Mouse reports first: bytes that arrive afterwards would be typed into the shell. */
	snprintf(text, size, "%s%s%s%s%s",
		 *capability("kmous") ? "\033[?1006l\033[?1000l" : "", capability("sgr0"),
		 capability("cnorm"), capability("rmkx"), capability("rmcup"));
	return text;
}

void term_info_close(void)
{
	if (cur_term)
		del_curterm(cur_term);
}
