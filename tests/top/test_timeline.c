/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Charts as they were once read and found right, and the arithmetic behind them. `make top-golden`
 * writes the charts anew.
 */
#include "tests/unit/feed.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/top/golden.h"
#include "tests/top/scenes.h"
#include "userspace/view/timeline/timeline.h"
#include "userspace/view/timeline/timeline_private.h"

#define MS    1000000ull
#define BEGIN (1000 * MS)

static bool update;

struct show {
	struct scene scene;
	struct timeline *timeline;
};

static void begin_show(struct show *show, uint64_t from_ns, uint64_t to_ns)
{
	show->timeline = timeline_new(from_ns, to_ns);
	assert_non_null(show->timeline);
	show->scene.watch = timeline_watch(show->timeline);
}

static void end_show(struct show *show)
{
	timeline_free(show->timeline);
	scene_free(&show->scene);
}

static char *drawn(struct show *show, struct text text, bool verbose)
{
	char *page = NULL;
	size_t size;

	text.out = open_memstream(&page, &size);
	assert_non_null(text.out);
	assert_int_equal(timeline_draw(show->timeline, show->scene.model, &text, verbose), 0);
	fclose(text.out);
	return page;
}

static void test_charts(void **state)
{
	static const struct {
		const char *name;
		struct text text;
		uint64_t from_ns, to_ns;
	} charts[] = {
	    {"timeline.100", {.utf8 = true, .width = 100}, 0, 0},
	    {"timeline.80.ascii", {.width = 80}, 0, 0},
	    {"timeline.40", {.utf8 = true, .width = 40}, 0, 0},
	    {"timeline.window", {.utf8 = true, .width = 100}, 900 * MS, 1400 * MS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(charts) / sizeof(*charts); i++) {
		struct show show = {0};
		char *page;

		begin_show(&show, charts[i].from_ns, charts[i].to_ns);
		scene_server(&show.scene);
		page = drawn(&show, charts[i].text, false);
		golden_compare(charts[i].name, page, update);
		free(page);
		end_show(&show);
	}
}

/* Nothing but ASCII where the terminal takes no more, whatever the names; no page is wider than
 * asked for, as long as the names fit at all. */
static void test_plain(void **state)
{
	struct show show = {0};
	char *page;

	(void)state;
	begin_show(&show, 0, 0);
	scene_hostile(&show.scene);
	page = drawn(&show, (struct text){.width = 80}, false);
	for (const char *at = page; *at; at++)
		assert_true(*at == '\n' || (*at >= 0x20 && *at < 0x7f));
	for (const char *line = page; *line; line += strcspn(line, "\n") + 1)
		assert_true(strcspn(line, "\n") <= 80);
	free(page);
	end_show(&show);
}

static void test_folded(void **state)
{
	struct show show = {0};
	char *few, *all;

	(void)state;
	begin_show(&show, 0, 0);
	scene_crowd(&show.scene, 100);
	few = drawn(&show, (struct text){.width = 100}, false);
	all = drawn(&show, (struct text){.width = 100}, true);
	assert_non_null(strstr(few, "52 more threads"));
	assert_null(strstr(few, " 199 "));
	assert_non_null(strstr(all, " 199 "));
	free(few);
	free(all);
	end_show(&show);
}

static void test_empty(void **state)
{
	struct show show = {0};
	char *page;

	(void)state;
	begin_show(&show, 3600000 * MS, 0);
	scene_server(&show.scene);
	page = drawn(&show, (struct text){.width = 100}, false);
	assert_non_null(strstr(page, "No thread was seen in this window."));
	assert_non_null(strstr(page, "LOST"));
	free(page);
	end_show(&show);
}

/* However often slices were joined, no time is lost or made, and what is kept does not grow. */
static void test_coarser(void **state)
{
	struct show show = {0};
	struct model *model = model_new(NULL);
	double spent_ns[SPENT_COUNT] = {0};
	const struct thread *thread;
	const struct lane *lane;
	uint64_t at = BEGIN;

	(void)state;
	begin_show(&show, 0, 0);
	show.scene.model = model;
	model->watch = show.scene.watch;
	FEED(model, begin, BEGIN, .source = BEGIN_SOURCE_BPF, .cpus = 2);
	feed_process(model, BEGIN, 0, 100, 50, 50);
	for (uint64_t step = 1; step < 100000000; step += step / 8 + 1) {
		feed_switch(model, at += step, 0, 0, 0, 100);
		feed_sleep(model, at += 2 * step, 0, 100, wait_call(35), 0);
		feed_waking(model, at += 3 * step, 100, 0, 0);
	}
	model_tell_open(model);
	thread = find_thread(model, 100);
	lane = map_get(&show.timeline->lanes, thread->serial);
	for (size_t i = 0; i < TIMELINE_SLICES; i++) {
		double sum_ns = 0;

		for (int spent = 0; spent < SPENT_COUNT; spent++) {
			spent_ns[spent] += lane->slices[i].spent_ns[spent];
			sum_ns += lane->slices[i].spent_ns[spent];
		}
		assert_true(sum_ns <= (double)show.timeline->slice_ns * 1.001);
	}
	assert_true(show.timeline->slice_ns > 1000 * TIMELINE_FIRST);
	assert_float_equal(spent_ns[SPENT_RUNNING] / (double)thread->state_ns[STATE_RUNNING], 1, 0.001);
	assert_float_equal(spent_ns[SPENT_BLOCKED] / (double)thread->state_ns[STATE_BLOCKED], 1, 0.001);
	end_show(&show);
}

/* More threads than there are lanes: it is said. */
static void test_bounded(void **state)
{
	struct show show = {0};
	char *page;

	(void)state;
	begin_show(&show, 0, 0);
	show.timeline->most = 20;
	scene_crowd(&show.scene, 30);
	page = drawn(&show, (struct text){.width = 100}, false);
	assert_int_equal(show.timeline->count, 20);
	assert_non_null(strstr(page, "Only the first 20 threads"));
	free(page);
	end_show(&show);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_charts), cmocka_unit_test(test_plain),   cmocka_unit_test(test_folded),
	    cmocka_unit_test(test_empty),  cmocka_unit_test(test_coarser), cmocka_unit_test(test_bounded),
	};

	update = argc > 1 && !strcmp(argv[1], "--update");
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
