/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What the terminal's description tells. Apart from term.c, because <term.h> makes macros of common
 * words.
 */
#ifndef THRACE_UI_TERM_INFO_H
#define THRACE_UI_TERM_INFO_H

#include <stddef.h>

/* NULL: the terminal behind fd is of a type that a full screen can be shown on; else what keeps it
 * from that, as the end of a sentence. */
const char *term_info_open(const char *name, int fd);
/* What undoes a full screen. Returns text. */
const char *term_info_undo(char *text, size_t size);

/* Forgets the type; newterm() looks it up anew. */
void term_info_close(void);

#endif
