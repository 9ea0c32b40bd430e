/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Terminals' escape sequences, a character at a time. The terminal's description names some; this knows what xterm,
 * screen and tmux, PuTTY, rxvt and Linux's console send for keys and the mouse, and takes every other sequence to its end
 * (ECMA-48 says where that is), so that none of it counts as typed. Knows no clock and no terminal.
 */
#ifndef THRACE_UI_SEQUENCE_H
#define THRACE_UI_SEQUENCE_H

#include <stdbool.h>
#include "userspace/ui/keys.h"

#define SEQUENCE_NUMBERS 3 /* as many as any of the known ones has */

struct sequence {
	enum {
		SEQUENCE_NONE,
		SEQUENCE_ESCAPE,      /* an escape: the key, or a beginning */
		SEQUENCE_LATE,	      /* it was told as a key; what follows at once was its sequence all the same */
		SEQUENCE_SHORT,	      /* one more character */
		SEQUENCE_SS3,	      /* ESC O */
		SEQUENCE_CSI,	      /* ESC [ */
		SEQUENCE_CONSOLE,     /* ESC [ [ */
		SEQUENCE_MOUSE,	      /* ESC [ M: three more characters */
		SEQUENCE_TEXT,	      /* up to ESC \ or a bell */
		SEQUENCE_TEXT_ESCAPE, /* ESC within such a text */
	} state;
	uint32_t numbers[SEQUENCE_NUMBERS];
	unsigned int count; /* of numbers begun */
	uint32_t mark;	    /* what stood before them: one of < = > ?; 0: nothing */
};

/* Takes a character. true: press says what was pressed, K_NONE if the sequence means nothing here. false: more follows. */
bool sequence_take(struct sequence *sequence, uint32_t character, struct press *press);
/* Nothing more waits for now. true: then an escape was the key. */
bool sequence_pause(struct sequence *sequence, struct press *press);
/* Nothing more came for long: what was begun is given up. */
void sequence_give_up(struct sequence *sequence);

#endif
