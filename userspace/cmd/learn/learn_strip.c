// SPDX-License-Identifier: GPL-2.0-only
/*
 * The live strip: while a lesson's program runs, a row for each of its threads grows by one mark
 * each tenth of a second, below what the program prints. It shows what the thread mostly did in
 * that tenth.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userspace/cmd/learn/learn.h"
#include "userspace/view/words.h"

#define STRIP_ROWS   14
#define STRIP_MARKS  200
#define NAME_COLUMNS 14
#define TICK_NS	     100000000

enum mark { MARK_ABSENT, MARK_NEW, MARK_READY, MARK_RUNNING, MARK_BLOCKED, MARK_COUNT };

static const struct {
	const char *ascii, *utf8;
	enum style style;
} looks[MARK_COUNT] = {
    [MARK_ABSENT] = {" ", " ", STYLE_PLAIN},	[MARK_NEW] = {"o", "○", STYLE_READY},
    [MARK_READY] = {"-", "▒", STYLE_READY},	[MARK_RUNNING] = {"#", "█", STYLE_RUNNING},
    [MARK_BLOCKED] = {".", "·", STYLE_BLOCKED},
};

struct row {
	uint64_t serial; /* of its thread */
	char name[NAME_BYTES];
	uint64_t state_ns[STATE_COUNT]; /* at the last tick */
	enum mark marks[STRIP_MARKS];
};

struct strip {
	const struct course *course;
	struct text text;
	struct row rows[STRIP_ROWS];
	size_t rows_count, left_out;
	size_t ticks;
	uint64_t tick_ns;   /* when the last one was */
	unsigned int drawn; /* lines of ours on the screen */
	bool mid_line;	    /* the program's last line has not ended yet */
};

struct strip *strip_open(const struct text *text, const struct course *course)
{
	struct strip *strip = calloc(1, sizeof(*strip));
	const int fd = fcntl(fileno(text->out), F_DUPFD_CLOEXEC, 3);

	if (!strip || fd < 0) {
		free(strip);
		return NULL;
	}
	strip->course = course;
	strip->text = *text;
	strip->text.out = fdopen(fd, "w");
	if (strip->text.out)
		return strip;
	close(fd);
	free(strip);
	return NULL;
}

/* The times of a thread's states at now_ns, the one that it is in included. */
static void states_at(const struct thread *thread, uint64_t now_ns, uint64_t *state_ns)
{
	memcpy(state_ns, thread->state_ns, sizeof(thread->state_ns));
	if (thread->state != STATE_TERMINATED && now_ns > thread->state_since_ns)
		state_ns[thread->state] += now_ns - thread->state_since_ns;
}

/* What it mostly did since the last tick: a CPU that was had counts more than a wait, so that short
 * work is seen. */
static enum mark mark_of(const uint64_t *now, const uint64_t *before)
{
	uint64_t spent[STATE_COUNT], total = 0;

	for (int i = 0; i < STATE_COUNT; i++) {
		spent[i] = now[i] > before[i] ? now[i] - before[i] : 0;
		if (i != STATE_TERMINATED)
			total += spent[i];
	}
	if (!total)
		return MARK_ABSENT;
	if (spent[STATE_RUNNING] * 4 >= total)
		return MARK_RUNNING;
	if (spent[STATE_READY] * 4 >= total)
		return MARK_READY;
	return spent[STATE_BLOCKED] ? MARK_BLOCKED : MARK_NEW;
}

static struct row *row_of(struct strip *strip, const struct thread *thread)
{
	struct row *row;

	for (size_t i = 0; i < strip->rows_count; i++)
		if (strip->rows[i].serial == thread->serial)
			return &strip->rows[i];
	if (strip->rows_count == STRIP_ROWS)
		return NULL;
	row = &strip->rows[strip->rows_count++];
	row->serial = thread->serial;
	return row;
}

static void tick(struct strip *strip, const struct model *model, uint64_t now_ns)
{
	const size_t at = strip->ticks++ % STRIP_MARKS;

	strip->left_out = 0;
	for (size_t i = 0; i < strip->rows_count; i++)
		strip->rows[i].marks[at] = MARK_ABSENT;
	process_for_each (model, process) {
		thread_for_each (process, thread) {
			uint64_t state_ns[STATE_COUNT];
			struct row *row = row_of(strip, thread);

			if (!row) {
				strip->left_out++;
				continue;
			}
			states_at(thread, now_ns, state_ns);
			/* Anew each time: a thread gets its name after its birth. */
			strcpy(row->name, thread_label(thread, &strip->text).text);
			row->marks[at] = mark_of(state_ns, row->state_ns);
			memcpy(row->state_ns, state_ns, sizeof(state_ns));
		}
	}
}

static void draw_row(const struct strip *strip, const struct row *row)
{
	const size_t room =
	    strip->text.width > NAME_COLUMNS + 4 ? strip->text.width - NAME_COLUMNS - 3 : 1;
	const size_t most = room < STRIP_MARKS ? room : STRIP_MARKS;
	const size_t first = strip->ticks > most ? strip->ticks - most : 0;
	const int bytes = (int)display_cut(row->name, NAME_COLUMNS);
	const size_t width = display_width(row->name);

	text_put(&strip->text, STYLE_PLAIN, "%.*s%*s ", bytes, row->name,
		 width < NAME_COLUMNS ? (int)(NAME_COLUMNS - width) : 0, "");
	for (size_t i = first; i < strip->ticks; i++) {
		const enum mark mark = row->marks[i % STRIP_MARKS];

		text_put(&strip->text, looks[mark].style, "%s",
			 strip->text.utf8 ? looks[mark].utf8 : looks[mark].ascii);
	}
	text_put(&strip->text, STYLE_PLAIN, "\n");
}

static void draw_legend(const struct strip *strip)
{
	text_put(&strip->text, STYLE_DIM,
		 strip->text.utf8 ? "█ %s  ▒ %s  · %s  %s\n" : "# %s  - %s  . %s  %s\n",
		 tr(strip->course, "Running"), tr(strip->course, "Ready"),
		 tr(strip->course, "Blocked"), tr(strip->course, "(one mark: 0.1 s)"));
}

static void erase(struct strip *strip)
{
	if (strip->drawn)
		fprintf(strip->text.out, "\033[%uA\033[J", strip->drawn);
	strip->drawn = 0;
}

/* The program's words as they come; what could move the cursor is shown, not done. A long line
 * comes in pieces. */
static void draw_output(struct strip *strip, const char *output, size_t bytes)
{
	char piece[512], shown[ESCAPE_BYTES(sizeof(piece))];

	while (bytes) {
		const char *end = memchr(output, '\n', bytes);
		size_t length = end ? (size_t)(end - output) : bytes;

		if (length >= sizeof(piece)) {
			length = sizeof(piece) - 1;
			end = NULL;
		}
		snprintf(piece, sizeof(piece), "%.*s", (int)length, output);
		text_put(&strip->text, STYLE_PLAIN, "%s%s%s", strip->mid_line ? "" : "  ",
			 escape(shown, sizeof(shown), piece, strip->text.utf8), end ? "\n" : "");
		strip->mid_line = !end;
		output += length + !!end;
		bytes -= length + !!end;
	}
}

void strip_draw(struct strip *strip, const struct model *model, const char *output, size_t bytes,
		uint64_t now_ns)
{
	const bool due = now_ns - strip->tick_ns >= TICK_NS;

	if (!bytes && !due)
		return;
	erase(strip);
	draw_output(strip, output, bytes);
	if (strip->mid_line) {
		text_put(&strip->text, STYLE_PLAIN, "\n");
		strip->mid_line = false;
	}
	if (due) {
		tick(strip, model, now_ns);
		strip->tick_ns = now_ns;
	}
	for (size_t i = 0; i < strip->rows_count; i++)
		draw_row(strip, &strip->rows[i]);
	draw_legend(strip);
	strip->drawn = strip->rows_count + 1;
	fflush(strip->text.out);
}

void strip_close(struct strip *strip)
{
	if (!strip)
		return;
	fclose(strip->text.out);
	free(strip);
}
