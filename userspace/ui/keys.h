/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What a person pressed, whatever the terminal sent for it. Knows no terminal and no meaning.
 */
#ifndef THRACE_UI_KEYS_H
#define THRACE_UI_KEYS_H

#include <stdint.h>

/* Beyond the characters, which stand for themselves. */
enum key {
	K_NONE = 0x110000, /* nothing that anybody asks for */
	K_UP,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_PAGE_UP,
	K_PAGE_DOWN,
	K_HOME,
	K_END,
	K_ENTER,
	K_ESCAPE,
	K_BACKSPACE,
	K_TAB,
	K_BACK_TAB,
	K_RESIZE, /* the terminal has another size */
	K_CLICK,  /* with its place */
	K_WHEEL_UP,
	K_WHEEL_DOWN,
	K_GONE, /* the terminal is gone: no key will come */
	K_F1,
	K_F12 = K_F1 + 11,
};

struct press {
	uint32_t key; /* a character's number, or enum key */
	unsigned int row, column; /* of a click */
};

#endif
