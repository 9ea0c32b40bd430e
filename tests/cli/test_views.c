/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Pages as they were once read and found right: tests/cli/expect/<model>.<view>.txt. `make
 * cli-golden` writes them anew.
 */
#include "tests/unit/feed.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/cli/models.h"
#include "userspace/export/json.h"
#include "userspace/view/view.h"

static bool update;

static struct {
	const char *name;
	struct model *(*make)(void);
} const models[] = {
    {"lesson", model_lesson},
    {"family", model_family},
    {"storm", model_storm},
    {"stuck", model_stuck},
    {"cut", model_cut},
    {"hostile", model_hostile},
};

static char *read_expected(const char *path)
{
	FILE *file = fopen(path, "re");
	char *page = NULL;
	size_t room = 0;

	if (!file)
		return NULL;
	if (getdelim(&page, &room, '\0', file) < 0)
		page = NULL;
	fclose(file);
	return page;
}

static void compare(const char *model, const char *view, const char *page)
{
	char path[128];
	char *expected;
	FILE *file;

	snprintf(path, sizeof(path), "tests/cli/expect/%s.%s", model, view);
	if (update) {
		file = fopen(path, "we");
		assert_non_null(file);
		fputs(page, file);
		fclose(file);
		return;
	}
	expected = read_expected(path);
	if (!expected)
		fail_msg("%s: %s", path, strerror(errno));
	if (strcmp(page, expected)) {
		fprintf(stderr, "%s", page); /* longer than a failure's message may be */
		fail_msg("%s differs", path);
	}
	free(expected);
}

static void check_width(const char *page, unsigned int width)
{
	for (const char *line = page; *line; line += strcspn(line, "\n") + 1) {
		size_t columns = 0;

		for (const char *at = line; *at && *at != '\n'; at++)
			columns += (*at & 0xc0) != 0x80; /* no wide characters in these */
		assert_true(columns <= width);
		if (!line[strcspn(line, "\n")])
			break;
	}
}

static char *draw(const struct model *model, const struct view *view, struct text text,
		  bool verbose)
{
	char *page = NULL;
	size_t size;

	text.out = open_memstream(&page, &size);
	assert_non_null(text.out);
	assert_int_equal(view->draw(model, &text, verbose), 0);
	fclose(text.out);
	return page;
}

static void test_pages(void **state)
{
	const struct text text = {.utf8 = true, .width = 100};
	char name[32];

	(void)state;
	for (size_t i = 0; i < sizeof(models) / sizeof(*models); i++) {
		struct model *model = models[i].make();

		for (const struct view *const *view = views; *view; view++) {
			char *page = draw(model, *view, text, false);

			check_width(page, 100);
			snprintf(name, sizeof(name), "%s.txt", (*view)->name);
			compare(models[i].name, name, page);
			free(page);
		}
		model_free(model);
	}
}

/* Columns that do not fit give way to blocks: who, for what and on whom is told whole, and nothing runs over the edge. */
static void test_narrow(void **state)
{
	static const unsigned int widths[] = {40, 60, 80, 120, 200};
	struct model *stuck = model_stuck();

	(void)state;
	for (size_t i = 0; i < sizeof(models) / sizeof(*models); i++) {
		struct model *model = models[i].make();

		for (const struct view *const *view = views; *view; view++)
			for (size_t j = 0; j < sizeof(widths) / sizeof(*widths); j++) {
				char *page = draw(model, *view, (struct text){.utf8 = true, .width = widths[j]}, true);

				check_width(page, widths[j]);
				free(page);
			}
		model_free(model);
	}
	for (const struct view *const *view = views; *view; view++) {
		char *page = draw(stuck, *view, (struct text){.utf8 = true, .width = 40}, false), name[32];

		snprintf(name, sizeof(name), "%s.40.txt", (*view)->name);
		compare("stuck", name, page);
		free(page);
	}
	model_free(stuck);
}

/* Without colour and UTF-8 a page is plain ASCII, whatever the names; with colour it says the same
 * words. */
static void test_plain(void **state)
{
	const struct text plain = {.width = 100}, coloured = {.width = 100, .colour = true};
	struct model *model = model_hostile();

	(void)state;
	for (const struct view *const *view = views; *view; view++) {
		char *page = draw(model, *view, plain, true),
		     *colours = draw(model, *view, coloured, true);
		char *to = colours;

		for (const char *at = page; *at; at++)
			assert_true(*at == '\n' || (*at >= 0x20 && *at < 0x7f));
		assert_non_null(strstr(colours, "\033["));
		for (const char *at = colours; *at; at++) { /* takes the colours out */
			if (*at == '\033')
				at += strcspn(at, "m");
			else
				*to++ = *at;
		}
		*to = '\0';
		assert_string_equal(page, colours);
		free(page);
		free(colours);
	}
	model_free(model);
}

static void test_verbose(void **state)
{
	const struct text text = {.utf8 = true, .width = 100};
	struct model *model = model_storm();
	char *folded = draw(model, &view_run, text, false),
	     *whole = draw(model, &view_run, text, true);

	(void)state;
	assert_null(strstr(folded, "140"));
	assert_non_null(strstr(folded, "16 more"));
	assert_non_null(strstr(whole, "140"));
	free(folded);
	free(whole);
	model_free(model);
}

/* Where threads were created is told where there is room: in the tree, and in the report that tells all. */
static void test_places(void **state)
{
	const struct text wide = {.utf8 = true, .width = 160}, narrow = {.utf8 = true, .width = 60};
	const struct {
		const struct view *view;
		struct text text;
		bool verbose, told;
	} cases[] = {
	    {&view_tree, wide, false, true}, {&view_tree, narrow, false, true}, {&view_run, wide, true, true},
	    {&view_run, wide, false, false}, {&view_run, narrow, true, true},
	};
	struct model *model = model_lesson();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *page = draw(model, cases[i].view, cases[i].text, cases[i].verbose);

		assert_int_equal(strstr(page, "lesson.c:84") != NULL, cases[i].told);
		assert_int_equal(strstr(page, "CREATED AT") != NULL, cases[i].told);
		free(page);
	}
	model_free(model);
}

/* Stopped in the middle of a wait: both are told, and that it is held. */
static void test_halted(void **state)
{
	const struct ev_wait wait = wait_mutex(0x5000, 100);
	struct ev_sched_switch_wait record = {
	    .switched = {.head = {.ts_ns = 1200, .size = sizeof(record), .kind = REC_sched_switch,
				  .flags = SWITCH_F_PREV_TARGET | SWITCH_F_WAIT},
			 .prev_tid = 101, .prev_state = TASK_S_STOPPED},
	    .wait = wait,
	};
	struct model *model = model_with_leader();
	char *page;

	(void)state;
	feed_thread(model, 1100, 0, 101, 100, 100);
	feed_waking(model, 1100, 101, 100, 100);
	feed_switch(model, 1100, 1, 0, 0, 101);
	record.switched.head.cpu = 1;
	feed(model, &record.switched.head);
	page = draw(model, &view_waits, (struct text){.width = 100}, false);
	assert_non_null(strstr(page, "  stopped"));
	assert_null(strstr(page, "mutex"));
	free(page);
	FEED(model, wait_resolved, 1300, .tid = 101, .pid = 100, .on_tid = 100, .on_pid = 100, .what = RESOLVED_MUTEX,
	     .evidence = RESOLVED_BY_MEMORY, .wait_address = 0x5000, .address = 0x5000);
	page = draw(model, &view_waits, (struct text){.width = 100}, false);
	assert_non_null(strstr(page, "stopped in mutex 0x5000  -> held by"));
	assert_non_null(strstr(page, "1 thread is held by a signal or a tracer"));
	free(page);
	model_free(model);
}

/* Where everybody sleeps no record comes: a view tells how long all the same. */
static void test_no_records(void **state)
{
	const struct text text = {.utf8 = true, .width = 100};
	struct model *model = model_stuck();
	char *page;

	(void)state;
	model_account(model, model->now_ns + 60ull * 1000000000);
	page = draw(model, &view_waits, text, false);
	assert_non_null(strstr(page, "wait for each other, for 61.0 s"));
	assert_non_null(strstr(page, "writer 102  61.0 s  kernel"));
	free(page);
	model_free(model);
}

/* Nothing was ever said: the views still draw a page. */
static void test_empty(void **state)
{
	const struct text text = {.utf8 = true, .width = 40};
	struct model *model = model_new(NULL);

	(void)state;
	for (const struct view *const *view = views; *view; view++) {
		char *page = draw(model, *view, text, false);

		check_width(page, 40);
		assert_non_null(strstr(page, "Nothing lost."));
		free(page);
	}
	model_free(model);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pages),
	    cmocka_unit_test(test_narrow),
	    cmocka_unit_test(test_plain),
	    cmocka_unit_test(test_verbose),
	    cmocka_unit_test(test_places),
	    cmocka_unit_test(test_no_records), cmocka_unit_test(test_halted),
	    cmocka_unit_test(test_empty),
	};

	update = argc > 1 && !strcmp(argv[1], "--update");
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
