/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The terminal's way back when the program cannot go its own: a crash, a signal that kills, an
 * exit() from somewhere. Only what a signal handler may do is done there.
 */
#ifndef THRACE_UI_TERM_GUARD_H
#define THRACE_UI_TERM_GUARD_H

/* Remembers the terminal behind fd as it is now, and what is to be written to undo the full screen
 * (copied). */
void term_guard_begin(int fd, const char *undo);
/* The terminal is in order again: nothing is left to undo. */
void term_guard_end(void);
/* Undoes it now, once; from a signal handler, too. */
void term_guard_restore(void);

#endif
