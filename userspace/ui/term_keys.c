// SPDX-License-Identifier: GPL-2.0-only
/* Keys and the mouse, from what ncurses makes of the terminal's bytes. */
#include <curses.h>
#include <poll.h>
#include <stdlib.h>
#include "userspace/ui/term_private.h"
#include "userspace/util/clock.h"

#define UNFINISHED_NS 300000000ull

static const struct {
	wint_t code;
	enum key key;
} codes[] = {
    {KEY_UP, K_UP},
    {KEY_DOWN, K_DOWN},
    {KEY_LEFT, K_LEFT},
    {KEY_RIGHT, K_RIGHT},
    {KEY_PPAGE, K_PAGE_UP},
    {KEY_NPAGE, K_PAGE_DOWN},
    {KEY_HOME, K_HOME},
    {KEY_END, K_END},
    {KEY_ENTER, K_ENTER},
    {KEY_BACKSPACE, K_BACKSPACE},
    {KEY_BTAB, K_BACK_TAB},
    {KEY_RESIZE, K_RESIZE},
};

static uint32_t key_of_code(wint_t code)
{
	if (code >= KEY_F(1) && code <= KEY_F(12))
		return K_F1 + (code - KEY_F(1));
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (codes[i].code == code)
			return codes[i].key;
	return K_NONE;
}

static void read_mouse(struct press *press)
{
	MEVENT event;

	press->key = K_NONE;
	if (getmouse(&event) != OK)
		return;
	press->row = event.y > 0 ? (unsigned int)event.y : 0;
	press->column = event.x > 0 ? (unsigned int)event.x : 0;
	if (event.bstate & BUTTON4_PRESSED)
		press->key = K_WHEEL_UP;
	else if (event.bstate & BUTTON5_PRESSED)
		press->key = K_WHEEL_DOWN;
	else if (event.bstate & BUTTON1_PRESSED)
		press->key = K_CLICK;
}

/* No key waits: because none was pressed, or because nobody can press one any more? */
static bool is_gone(const struct terminal *term)
{
	struct pollfd input = {.fd = term->in_fd, .events = POLLIN};

	return poll(&input, 1, 0) > 0 && input.revents & (POLLHUP | POLLERR | POLLNVAL);
}

/* A sequence comes at once: what has not gone on for so long never will. */
static void forget_unfinished(struct terminal *term, uint64_t now_ns)
{
	if (now_ns > term->heard_ns + UNFINISHED_NS)
		sequence_give_up(&term->sequence);
}

static bool take_character(struct terminal *term, wint_t character, struct press *press)
{
	uint64_t now_ns = clock_now_ns();

	forget_unfinished(term, now_ns);
	term->heard_ns = now_ns;
	return sequence_take(&term->sequence, character, press);
}

/* Nothing waits. true: that tells of a press itself. */
static bool take_silence(struct terminal *term, struct press *press)
{
	forget_unfinished(term, clock_now_ns());
	if (sequence_pause(&term->sequence, press))
		return true;
	if (!is_gone(term))
		return false;
	*press = (struct press){.key = K_GONE};
	return true;
}

/* The description names more keys than anybody asks for (End with Control, say): what they are, their characters tell. */
static void take_named(struct terminal *term, wint_t code, struct press *press)
{
	char *characters = keybound((int)code, 0);

	for (const char *at = characters; at && *at; at++)
		sequence_take(&term->sequence, (unsigned char)*at, press);
	sequence_give_up(&term->sequence);
	free(characters);
}

/* What the terminal's description knows comes as one code, all else as characters. */
static void take_code(struct terminal *term, wint_t code, struct press *press)
{
	*press = (struct press){.key = key_of_code(code)};
	if (code == KEY_RESIZE) /* no character, and may come between any two */
		return;
	sequence_give_up(&term->sequence);
	if (code == KEY_MOUSE)
		read_mouse(press);
	else if (press->key == K_NONE)
		take_named(term, code, press);
}

bool term_read(struct terminal *term, struct press *press)
{
	wint_t code;

	for (;;) {
		switch (get_wch(&code)) {
		case ERR:
			return take_silence(term, press);
		case KEY_CODE_YES:
			take_code(term, code, press);
			return true;
		default:
			if (take_character(term, code, press))
				return true;
		}
	}
}
