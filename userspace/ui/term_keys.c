// SPDX-License-Identifier: GPL-2.0-only
/* Keys and the mouse, from what ncurses makes of the terminal's bytes. */
#include <curses.h>
#include <poll.h>
#include "userspace/ui/term_private.h"

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

static uint32_t key_of_character(wint_t character)
{
	switch (character) {
	case '\r':
	case '\n':
		return K_ENTER;
	case '\t':
		return K_TAB;
	case 27:
		return K_ESCAPE;
	case 8:
	case 127:
		return K_BACKSPACE;
	default:
		return character;
	}
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

bool term_read(struct terminal *term, struct press *press)
{
	wint_t code;
	int result = get_wch(&code);

	*press = (struct press){.key = K_NONE};
	if (result == ERR) {
		if (!is_gone(term))
			return false;
		press->key = K_GONE;
	} else if (result != KEY_CODE_YES) {
		press->key = key_of_character(code);
	} else if (code == KEY_MOUSE) {
		read_mouse(press);
	} else {
		press->key = key_of_code(code);
	}
	return true;
}
