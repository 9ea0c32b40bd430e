// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/ui/term.h"
#include "userspace/ui/term_guard.h"
#include "userspace/ui/term_info.h"
#include "userspace/ui/term_private.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ESCAPE_MS 25 /* so long an escape may be the beginning of a key's sequence */

/* One colour of the palette: for terminals of 256 colours, of 16, of 8. Blue and orange stay apart
 * for every eye. */
static const struct colour {
	short best, bright, plain;
	attr_t attributes;
} palette[STYLE_COUNT] = {
    [STYLE_PLAIN] = {-1, -1, -1, A_NORMAL},
    [STYLE_DIM] = {245, 8, -1, A_NORMAL},
    [STYLE_STRONG] = {-1, -1, -1, A_BOLD},
    [STYLE_RUNNING] = {33, 12, COLOR_BLUE, A_NORMAL},
    [STYLE_READY] = {214, 11, COLOR_YELLOW, A_NORMAL},
    [STYLE_BLOCKED] = {146, 7, -1, A_NORMAL},
    [STYLE_GOOD] = {44, 14, COLOR_CYAN, A_NORMAL},
    [STYLE_BAD] = {203, 9, COLOR_RED, A_BOLD},
};

static short colour_of(enum style style)
{
	if (COLORS >= 256)
		return palette[style].best;
	return COLORS >= 16 ? palette[style].bright : palette[style].plain;
}

/* A pair for each style on each ground. Pair 0 is the terminal's own. */
static short pair_of(uint8_t style, uint8_t ground)
{
	return (short)(1 + style + STYLE_COUNT * ground);
}

static void prepare_colours(struct terminal *term, enum colour_mode mode)
{
	const char *no_color = getenv("NO_COLOR");

	term->colour = has_colors() && mode != COLOUR_NEVER &&
		       (mode == COLOUR_ALWAYS || !no_color || !*no_color);
	if (!term->colour)
		return;
	start_color();
	use_default_colors();
	if (COLORS < 8 || COLOR_PAIRS <= pair_of(STYLE_COUNT - 1, STYLE_COUNT - 1)) {
		term->colour = false;
		return;
	}
	for (int ground = 0; ground < STYLE_COUNT; ground++)
		for (int style = 0; style < STYLE_COUNT; style++)
			init_pair(pair_of(style, ground), colour_of(style),
				  ground ? colour_of(ground) : -1);
}

/* A descriptor of our own for the terminal, so that 0 and 1 may be given to a launched program. */
static int open_output(void)
{
	return isatty(STDOUT_FILENO) ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3) : -1;
}

/* Opened anew where it can be: what is set on it is then ours alone. */
static int open_input(bool *own)
{
	int fd = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);

	*own = fd >= 0;
	if (fd < 0 && isatty(STDIN_FILENO))
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	return fd;
}

static void on_input(int number)
{
	(void)number; /* that it came is all: whoever waits looks */
}

/* A key interrupts whatever waits: poll() and its like, which SA_RESTART does not restart. */
static bool ask_for_signals(int fd)
{
	const struct sigaction action = {.sa_handler = on_input, .sa_flags = SA_RESTART};

	return !sigaction(SIGIO, &action, NULL) && !fcntl(fd, F_SETOWN, getpid()) &&
	       !fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC);
}

bool term_locale_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

bool term_check(char error[TERM_ERROR_BYTES])
{
	const char *name = getenv("TERM"), *trouble;
	int keyboard;
	bool own;

	if (!isatty(STDOUT_FILENO)) {
		snprintf(error, TERM_ERROR_BYTES,
			 "standard output is no terminal, which a full screen needs: 'thrace stat' and "
			 "'thrace timeline' print on anything");
		return false;
	}
	keyboard = open_input(&own);
	if (keyboard < 0) {
		snprintf(error, TERM_ERROR_BYTES,
			 "standard input is no terminal and /dev/tty cannot be opened (%s): there is no "
			 "keyboard to leave a full screen by",
			 strerror(errno));
		return false;
	}
	close(keyboard);
	/* Looked up first: newterm() says what is wrong in words of its own. */
	trouble = term_info_open(name, STDOUT_FILENO);
	if (trouble)
		snprintf(error, TERM_ERROR_BYTES,
			 "the terminal type '%.32s' %s: try TERM=xterm-256color, or 'thrace stat'",
			 name ? name : "", trouble);
	return !trouble;
}

static bool open_files(struct terminal *term)
{
	bool own;

	term->out_fd = open_output();
	term->in_fd = open_input(&own);
	term->wakes = own && ask_for_signals(term->in_fd);
	term->out = term->out_fd < 0 ? NULL : fdopen(term->out_fd, "w");
	term->in = term->in_fd < 0 ? NULL : fdopen(term->in_fd, "r");
	return term->out && term->in;
}

static void prepare(struct terminal *term, enum colour_mode colour)
{
	set_term(term->screen);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(ESCAPE_MS);
	curs_set(0);
	mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	mouseinterval(0);
	prepare_colours(term, colour);
}

struct terminal *term_open(enum colour_mode colour, char error[TERM_ERROR_BYTES])
{
	struct terminal *term = calloc(1, sizeof(*term));
	char undo[256];

	if (!term) {
		snprintf(error, TERM_ERROR_BYTES, "out of memory");
		return NULL;
	}
	term->in_fd = term->out_fd = -1;
	term->utf8 = term_locale_utf8();
	if (open_files(term)) {
		term_guard_begin(term->out_fd, term_info_undo(undo, sizeof(undo)));
		term_info_close();
		term->screen = newterm(getenv("TERM"), term->out, term->in);
	}
	if (!term->screen) {
		term_guard_end();
		snprintf(error, TERM_ERROR_BYTES, "cannot take the terminal over: %s",
			 strerror(errno));
		term_close(term);
		return NULL;
	}
	prepare(term, colour);
	return term;
}

void term_close(struct terminal *term)
{
	if (!term)
		return;
	if (term->screen) {
		endwin();
		term_guard_end();
		delscreen(term->screen);
	}
	if (term->in)
		fclose(term->in);
	else if (term->in_fd >= 0)
		close(term->in_fd);
	if (term->out)
		fclose(term->out);
	else if (term->out_fd >= 0)
		close(term->out_fd);
	cells_free(&term->shown);
	free(term);
}

bool term_utf8(const struct terminal *term)
{
	return term->utf8;
}

bool term_wakes(const struct terminal *term)
{
	return term->wakes;
}

int term_fd(const struct terminal *term)
{
	return term->in_fd;
}

void term_size(const struct terminal *term, unsigned int *columns, unsigned int *rows)
{
	(void)term;
	*columns = COLS > 0 ? (unsigned int)COLS : 1;
	*rows = LINES > 0 ? (unsigned int)LINES : 1;
}

static attr_t attributes_of(const struct terminal *term, const struct cell *cell)
{
	attr_t attributes = palette[cell->style].attributes;

	if (!term->colour && (cell->style == STYLE_DIM || cell->style == STYLE_BLOCKED))
		attributes |= A_DIM;
	if (!term->colour && cell->style == STYLE_RUNNING)
		attributes |= A_BOLD;
	if (cell->flags & (CELL_SELECTED | CELL_BAR))
		attributes |= A_REVERSE;
	return attributes;
}

static void show_cell(const struct terminal *term, unsigned int row, unsigned int column,
		      const struct cell *cell)
{
	wchar_t wide[CELL_BYTES + 1] = L" ";
	cchar_t shown;
	/* Reversed, a coloured character would be a coloured ground: the bar stays one colour. */
	bool plain = cell->flags & CELL_SELECTED;

	if (*cell->text && mbstowcs(wide, cell->text, CELL_BYTES) == (size_t)-1)
		wcscpy(wide, L"?");
	if (setcchar(&shown, wide, attributes_of(term, cell),
		     term->colour && !plain ? pair_of(cell->style, cell->ground) : 0, NULL) == OK)
		mvadd_wch((int)row, (int)column, &shown);
}

void term_show(struct terminal *term, const struct cells *cells)
{
	struct cells *shown = &term->shown;
	bool whole = shown->columns != cells->columns || shown->rows != cells->rows;

	if (whole) {
		if (cells_resize(shown, cells->columns, cells->rows))
			return;
		erase();
	}
	for (unsigned int row = 0; row < cells->rows; row++) {
		for (unsigned int column = 0; column < cells->columns; column++) {
			const struct cell *cell = cells_at(cells, row, column);
			struct cell *old = cells_at(shown, row, column);

			if (!memcmp(cell, old, sizeof(*cell)))
				continue;
			*old = *cell;
			if (cell->width)
				show_cell(term, row, column, cell);
		}
	}
	refresh();
}
