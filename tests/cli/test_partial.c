// SPDX-License-Identifier: GPL-2.0-only
/* Pages of what was seen in part: gaps, lives that began before the observation, a thread that took its leader's place. */
#include "tests/unit/feed.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/view/view.h"

static char *draw(const struct model *model, const struct view *view)
{
	struct text text = {.utf8 = true, .width = 100};
	char *page = NULL;
	size_t size;

	text.out = open_memstream(&page, &size);
	assert_non_null(text.out);
	assert_int_equal(view->draw(model, &text, false), 0);
	fclose(text.out);
	return page;
}

/* What no buffer lost can still be unseen, and the page says so before it says how it marks that. */
static void test_incomplete(void **state)
{
	struct model *model = model_with_leader();
	char *page;

	(void)state;
	feed_thread(model, 1100, 0, 101, 100, 100);
	feed_switch(model, 1200, 1, 101, TASK_S_INTERRUPTIBLE, 0); /* nothing told that it came to run */
	page = draw(model, &view_stat);
	assert_non_null(strstr(page, "Nothing lost, but of 1 of 2 threads a switch was not seen."));
	assert_non_null(strstr(page, "! incomplete: "));
	free(page);
	model_free(model);
}

/* What was seen of a process that was there before is no life. */
static void test_there_before(void **state)
{
	const uint64_t s = 1000000000, begin = 7200 * s;
	struct model *model = model_new(NULL);
	char *page;

	(void)state;
	FEED(model, begin, begin, .source = BEGIN_SOURCE_BPF, .cpus = 2);
	FEED(model, task_snapshot, begin, .tid = 100, .pid = 100, .name = "old", .start_ns = 1 * s,
	     .state = TASK_S_INTERRUPTIBLE, .wait = wait_call(35));
	FEED(model, end, begin + 1 * s, .head.cpu = 0);
	page = draw(model, &view_run);
	assert_non_null(strstr(page, "old (pid 100) was observed for 1.0 s and is still alive, 2.0 h after it began. 1 thread."));
	assert_non_null(strstr(page, "OBSERVED"));
	assert_null(strstr(page, "LIFE"));
	free(page);
	page = draw(model, &view_stat);
	assert_non_null(strstr(page, "OBSERVED"));
	free(page);
	assert_true(thread_there_before(model, find_thread(model, 100)));
	feed_process(model, begin + 2 * s, 0, 101, 100, 100);
	assert_false(thread_there_before(model, find_thread(model, 101)));
	model_free(model);
}

/* Two rows have one number, and say which of them had it when. */
static void test_exec_from_thread(void **state)
{
	struct model *model = model_with_leader();
	char *page;

	(void)state;
	feed_thread(model, 1100, 0, 101, 100, 100);
	feed_exit(model, 1200, 0, 100, 100, EXIT_F_EXEC, 9);
	feed_switch(model, 1250, 0, 100, TASK_S_DEAD, 0);
	FEED(model, task_renumber, 1280, .tid = 101, .pid = 100, .old_tid = 100);
	FEED(model, task_rename, 1290, .tid = 100, .pid = 100, .name = "other");
	FEED(model, sched_process_exec, 1300, .tid = 100, .pid = 100, .old_tid = 101, .name = "other");
	page = draw(model, &view_tree);
	assert_non_null(strstr(page, "other, was worker"));
	assert_non_null(strstr(page, "100, was 101  process"));
	assert_non_null(strstr(page, "b, exec"));
	assert_non_null(strstr(page, "exec: a thread until it called exec"));
	assert_null(strstr(page, "  thread  ")); /* the leader was no thread of another's */
	free(page);
	model_free(model);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_incomplete),
	cmocka_unit_test(test_there_before),
	cmocka_unit_test(test_exec_from_thread),
};

int main(void)
{
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
