/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The terminal as a full screen: shows grids, reads keys. The one home of ncursesw. However the
 * program ends, the terminal is as it was before (term_guard.h).
 */
#ifndef THRACE_UI_TERM_H
#define THRACE_UI_TERM_H

#include "userspace/ui/cells.h"
#include "userspace/ui/keys.h"

struct terminal;

#define TERM_ERROR_BYTES 256

/* Is there a terminal that a full screen can be shown on? false: error tells why not, in one line.
 * Changes nothing. */
bool term_check(char error[TERM_ERROR_BYTES]);
/* Does the locale say that terminals take UTF-8? */
bool term_locale_utf8(void);
/* Takes the terminal over. NULL: error tells why in one line. One at a time. */
struct terminal *term_open(enum colour_mode colour, char error[TERM_ERROR_BYTES]);
/* Gives it back. NULL: nothing to do. */
void term_close(struct terminal *term);

bool term_utf8(const struct terminal *term);
void term_size(const struct terminal *term, unsigned int *columns, unsigned int *rows);
/* Shows the grid; only what changed is sent. */
void term_show(struct terminal *term, const struct cells *cells);
/* The next key that waits; false: none. */
bool term_read(struct terminal *term, struct press *press);
/* Does a key interrupt a system call that waits? */
bool term_wakes(const struct terminal *term);
/* The descriptor that becomes readable with a key. */
int term_fd(const struct terminal *term);

#endif
