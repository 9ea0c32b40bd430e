/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Screens as they were once read and found right: tests/top/expect/<name>, the characters first, a
 * letter for each cell's look behind them. `make top-golden` writes them anew.
 */
#include "tests/unit/feed.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/top/golden.h"
#include "tests/top/scenes.h"
#include "userspace/view/top/top.h"
#include "userspace/view/top/top_events.h"

static bool update;

struct show {
	struct scene scene;
	struct cells cells;
	struct top_state state;
	struct top_scene top;
};

static void redraw(struct show *show)
{
	assert_int_equal(recent_refresh(&show->scene.recent, show->scene.model), 0);
	show->top.clock.now_ns = show->scene.now_ns;
	assert_int_equal(top_collect(&show->top), 0);
	top_draw(&show->top);
}

static void begin_show(struct show *show, bool utf8, unsigned int columns, unsigned int rows)
{
	show->cells = (struct cells){.utf8 = utf8};
	assert_int_equal(cells_resize(&show->cells, columns, rows), 0);
	top_begin(&show->state, show->scene.model);
	show->top = (struct top_scene){
	    .model = show->scene.model,
	    .recent = &show->scene.recent,
	    .state = &show->state,
	    .cells = &show->cells,
	    .text = {.utf8 = utf8},
	};
	redraw(show);
}

static void end_show(struct show *show)
{
	top_free(&show->top);
	cells_free(&show->cells);
	scene_free(&show->scene);
}

static void press(struct show *show, uint32_t key)
{
	top_press(&show->top, &(struct press){.key = key});
	redraw(show);
}

static void press_all(struct show *show, const char *keys)
{
	for (; *keys; keys++)
		press(show, (unsigned char)*keys);
}

static void click(struct show *show, uint32_t key, unsigned int row, unsigned int column)
{
	top_press(&show->top, &(struct press){.key = key, .row = row, .column = column});
	redraw(show);
}

static char *printed(const struct show *show, bool styles)
{
	char *page = NULL;
	size_t size;
	FILE *out = open_memstream(&page, &size);

	assert_non_null(out);
	cells_print(&show->cells, out, styles);
	fclose(out);
	return page;
}

static void compare(const struct show *show, const char *name)
{
	char *page = printed(show, true);

	golden_compare(name, page, update);
	free(page);
}

static bool shows(const struct show *show, const char *words)
{
	char *page = printed(show, false);
	bool found = strstr(page, words) != NULL;

	free(page);
	return found;
}

static void test_sizes(void **state)
{
	static const struct {
		unsigned int columns, rows;
		bool utf8;
		const char *name;
	} sizes[] = {
	    {80, 24, true, "server.80x24"},   {100, 30, true, "server.100x30"},
	    {160, 30, true, "server.160x30"}, {80, 24, false, "server.80x24.ascii"},
	    {40, 10, true, "server.40x10"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct show show = {0};

		scene_server(&show.scene);
		begin_show(&show, sizes[i].utf8, sizes[i].columns, sizes[i].rows);
		compare(&show, sizes[i].name);
		end_show(&show);
	}
}

/* Every size that a terminal can have, in every pane: nothing is written outside the grid (the
 * sanitizers watch), and wide characters are never cut in two. */
static void test_any_size(void **state)
{
	(void)state;
	for (unsigned int columns = 1; columns < 130; columns += columns < 20 ? 1 : 7) {
		for (unsigned int rows = 1; rows < 30; rows += rows < 14 ? 1 : 5) {
			struct show show = {0};

			scene_hostile(&show.scene);
			begin_show(&show, true, columns, rows);
			for (char pane = '1'; pane <= '6'; pane++)
				press(&show, (uint32_t)pane);
			press(&show, K_F1);
			press(&show, K_F1 + 5);
			for (unsigned int row = 0; row < rows; row++)
				for (unsigned int column = 0; column < columns; column++)
					if (cells_at(&show.cells, row, column)->width == 2)
						assert_int_equal(cells_at(&show.cells, row, column + 1)->width, 0);
			end_show(&show);
		}
	}
}

static void test_panes(void **state)
{
	static const struct {
		const char *keys, *name;
	} panes[] = {
	    {"2", "waits.100x30"}, {"jj4", "thread.100x30"}, {"3", "share.100x30"}, {"?", "help.100x30"}, {"tP", "flat.100x30"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(panes) / sizeof(*panes); i++) {
		struct show show = {0};

		scene_server(&show.scene);
		begin_show(&show, true, 100, 30);
		press_all(&show, panes[i].keys);
		compare(&show, panes[i].name);
		end_show(&show);
	}
}

/* The last picture: nothing in it is still going on. */
static void test_ended(void **state)
{
	struct show show = {0};

	(void)state;
	scene_ended(&show.scene);
	begin_show(&show, true, 110, 14);
	show.top.clock.over = true;
	redraw(&show);
	compare(&show, "ended.110x14");
	end_show(&show);
}

/* Names reach the grid harmless, whatever their bytes. */
static void test_hostile(void **state)
{
	struct show show = {0};

	(void)state;
	for (int utf8 = 0; utf8 < 2; utf8++) {
		scene_hostile(&show.scene);
		begin_show(&show, utf8, 80, 24);
		compare(&show, utf8 ? "hostile.80x24" : "hostile.80x24.ascii");
		for (size_t i = 0; i < 80 * 24; i++)
			for (const char *at = show.cells.cell[i].text; *at; at++)
				assert_true((unsigned char)*at >= 0x20 && *at != 0x7f && (utf8 || *at > 0));
		end_show(&show);
	}
}

static void test_empty(void **state)
{
	struct show show = {0};

	(void)state;
	scene_empty(&show.scene);
	begin_show(&show, true, 80, 24);
	assert_true(shows(&show, "no thread seen yet"));
	press_all(&show, "jk3/x\n2");
	end_show(&show);
}

static const struct thread *selected(const struct show *show)
{
	return show->top.rows.rows[show->state.selected].thread;
}

static void test_moving(void **state)
{
	struct show show = {0};

	(void)state;
	scene_crowd(&show.scene, 200);
	begin_show(&show, true, 80, 24);
	assert_int_equal(selected(&show)->tid, 100);
	press(&show, K_DOWN);
	assert_int_equal(selected(&show)->tid, 101);
	press(&show, K_UP);
	press(&show, K_UP);
	assert_int_equal(selected(&show)->tid, 100);
	press(&show, K_END);
	assert_int_equal(selected(&show)->tid, 299);
	assert_true(shows(&show, "299"));
	press(&show, K_PAGE_UP);
	assert_in_range(selected(&show)->tid, 270, 290);
	press(&show, K_HOME);
	press(&show, K_WHEEL_DOWN);
	assert_int_equal(selected(&show)->tid, 103);
	/* the rows begin below the titles, which stand in row 4 */
	click(&show, K_CLICK, 6, 3);
	assert_int_equal(selected(&show)->tid, 101);
	click(&show, K_CLICK, 500, 500);
	assert_int_equal(selected(&show)->tid, 101);
	end_show(&show);
}

static void test_sorting(void **state)
{
	struct show show = {0};

	(void)state;
	scene_crowd(&show.scene, 200);
	begin_show(&show, true, 80, 24);
	press(&show, 't');
	press(&show, 'P');
	assert_in_range(selected(&show)->tid, 291, 299); /* those that ran */
	press(&show, 'I');
	assert_in_range(selected(&show)->tid, 100, 290);
	press(&show, 'N');
	assert_int_equal(selected(&show)->tid, 100);
	press(&show, K_F1 + 5);
	assert_true(shows(&show, "Sort by"));
	press(&show, K_DOWN);
	press(&show, K_ENTER);
	assert_true(shows(&show, "flat by state"));
	press(&show, '>');
	assert_true(shows(&show, "by what it waits for"));
	click(&show, K_CLICK, 4, 0); /* the title THREAD */
	assert_true(shows(&show, "by age"));
	end_show(&show);
}

static void test_searching(void **state)
{
	struct show show = {0};

	(void)state;
	scene_server(&show.scene);
	begin_show(&show, true, 100, 30);
	press_all(&show, "/FLUSH");
	assert_string_equal(selected(&show)->name, "flusher");
	press(&show, K_ENTER);
	press_all(&show, "/worker");
	assert_string_equal(selected(&show)->name, "worker-1");
	press(&show, K_ENTER);
	press(&show, 'n');
	assert_string_equal(selected(&show)->name, "worker-2");
	press_all(&show, "\\4712");
	press(&show, K_ENTER);
	assert_int_equal(show.top.rows.count, 1);
	assert_true(shows(&show, "filter: 4712"));
	press_all(&show, "\\");
	press(&show, K_BACKSPACE);
	press(&show, K_ESCAPE);
	assert_int_equal(show.top.rows.count, 9);
	press_all(&show, "\\worker-"); /* without their process's row they are nobody's children */
	press(&show, K_ENTER);
	assert_true(show.top.rows.count > 1);
	assert_false(shows(&show, "├─") || shows(&show, "└─"));
	end_show(&show);
}

/* The selection stays on its row; with F it stays with its thread. */
static void test_following(void **state)
{
	struct show show = {0};

	(void)state;
	scene_server(&show.scene);
	begin_show(&show, true, 100, 30);
	press_all(&show, "/flusher");
	press(&show, K_ENTER);
	press(&show, 'F');
	press(&show, 't');
	press(&show, 'P');
	assert_string_equal(selected(&show)->name, "flusher");
	press(&show, 'F');
	press(&show, 'N');
	assert_string_not_equal(selected(&show)->name, "flusher");
	end_show(&show);
}

static void test_asking(void **state)
{
	struct show show = {0};

	(void)state;
	scene_server(&show.scene);
	begin_show(&show, true, 100, 30);
	press(&show, ' ');
	assert_true(show.state.paused);
	assert_true(shows(&show, "paused"));
	press(&show, K_RIGHT);
	assert_int_equal(show.state.seek_s, 5);
	press(&show, '.');
	assert_int_equal(show.state.step, 1);
	press(&show, 'q');
	assert_true(show.state.quit);
	show.state.quit = false;
	click(&show, K_CLICK, 29, 60); /* F10 at the end of the line of keys */
	assert_true(show.state.quit);
	end_show(&show);
}

/* The lines of events say how many they leave out. */
static void test_events(void **state)
{
	struct top_events *events = top_events_new(true);
	struct ev_task_rename rename = {
	    .head = {.kind = REC_task_rename, .size = sizeof(rename)}, .tid = 4712, .pid = 4711,
	    .name = "\033[2Jx"};
	struct record record = {.kind = REC_task_rename, .task_rename = &rename};
	struct show show = {0};

	(void)state;
	assert_non_null(events);
	scene_server(&show.scene);
	begin_show(&show, true, 100, 30);
	show.top.events = events;
	for (int i = 0; i < 100; i++)
		top_events_take(events, show.scene.model, &record);
	press(&show, '5');
	assert_true(shows(&show, "36 more that are not shown"));
	assert_true(shows(&show, "4712 is now called \\x1b[2Jx"));
	top_events_tick(events);
	top_events_take(events, show.scene.model, &record);
	redraw(&show);
	assert_true(shows(&show, "36 more"));
	top_events_clear(events);
	redraw(&show);
	assert_true(shows(&show, "nothing yet"));
	end_show(&show);
	top_events_free(events);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sizes),    cmocka_unit_test(test_any_size),
	    cmocka_unit_test(test_panes),    cmocka_unit_test(test_ended),   cmocka_unit_test(test_hostile),
	    cmocka_unit_test(test_empty),    cmocka_unit_test(test_moving),
	    cmocka_unit_test(test_sorting),  cmocka_unit_test(test_searching),
	    cmocka_unit_test(test_following), cmocka_unit_test(test_asking),
	    cmocka_unit_test(test_events),
	};

	update = argc > 1 && !strcmp(argv[1], "--update");
	setenv("TZ", "UTC", 1);
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
