/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Pages of share and thread as they were once read and found right: tests/share/expect. `make share-golden` writes them
 * anew.
 */
#include "tests/unit/feed.h"

#include <errno.h>
#include <jansson.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/share/models.h"
#include "userspace/export/json.h"
#include "userspace/ui/escape.h"
#include "userspace/view/view.h"

static bool update;

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

static void compare(const char *name, const char *page)
{
	char path[128];
	char *expected;
	FILE *file;

	snprintf(path, sizeof(path), "tests/share/expect/%s.txt", name);
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
		fprintf(stderr, "%s", page);
		fail_msg("%s differs", path);
	}
	free(expected);
}

static char *draw(const struct model *model, const struct thread *thread, struct text text, bool verbose)
{
	char *page = NULL;
	size_t size;

	text.out = open_memstream(&page, &size);
	assert_non_null(text.out);
	if (thread)
		view_thread(model, thread, &text, verbose);
	else
		assert_int_equal(view_share.draw(model, &text, verbose), 0);
	fclose(text.out);
	return page;
}

static void check_at(const char *name, struct model *model, uint32_t tid, bool verbose, unsigned int width)
{
	const struct text text = {.utf8 = true, .width = width};
	char *page = draw(model, tid ? model_thread(model, tid) : NULL, text, verbose);

	assert_null(strchr(page, '\033'));
	compare(name, page);
	free(page);
	model_free(model);
}

static void check(const char *name, struct model *model, uint32_t tid, bool verbose)
{
	check_at(name, model, tid, verbose, 100);
}

/* No line runs over the edge. */
static void test_narrow(void **state)
{
	static const unsigned int widths[] = {40, 60, 80, 120, 200};
	struct model *(*const makes[])(void) = {model_kingdoms, model_odd, model_crowd};

	(void)state;
	for (size_t i = 0; i < sizeof(makes) / sizeof(*makes) * sizeof(widths) / sizeof(*widths) * 2; i++) {
		const struct text text = {.utf8 = true, .width = widths[i / 2 % 5]};
		struct model *model = makes[i / 10]();
		const struct thread *thread = i % 2 ? model_thread(model, 101) : NULL;
		char *page = draw(model, thread, text, true), *rest = page, *line;

		while ((line = strsep(&rest, "\n")))
			if (display_width(line) > text.width)
				fail_msg("%u: %s", text.width, line);
		free(page);
		model_free(model);
	}
	check_at("kingdoms.thread.40", model_kingdoms(), 101, false, 40);
	check_at("kingdoms.share.40", model_kingdoms(), 0, true, 40);
}

static void test_pages(void **state)
{
	(void)state;
	check("kingdoms.share", model_kingdoms(), 0, false);
	check("kingdoms.share.v", model_kingdoms(), 0, true);
	check("odd.share", model_odd(), 0, false);
	check("crowd.share", model_crowd(), 0, false);
	check("kingdoms.thread", model_kingdoms(), 101, false);
	check("odd.thread", model_odd(), 101, false);
}

/* ASCII for a plain terminal, and every thread in a page that leaves nothing out. */
static void test_plain(void **state)
{
	const struct text plain = {.width = 100};
	struct model *model = model_crowd();
	char *page = draw(model, NULL, plain, true);
	char tid[16];

	(void)state;
	for (const char *at = page; *at; at++)
		assert_true(*at == '\n' || (*at >= 0x20 && *at < 0x7f));
	for (unsigned int i = 1000; i < 1301; i++) {
		snprintf(tid, sizeof(tid), "%u", i);
		assert_non_null(strstr(page, tid));
	}
	free(page);
	model_free(model);
}

static json_t *parse(struct model *model, uint32_t tid)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	json_error_t error;
	json_t *object;

	assert_non_null(out);
	assert_int_equal(tid ? json_write_thread(model, model_thread(model, tid), out) : json_write_share(model, out), 0);
	fclose(out);
	object = json_loads(text, 0, &error);
	if (!object)
		fail_msg("%s in %s", error.text, text);
	free(text);
	model_free(model);
	return object;
}

static json_t *groups_of(json_t *object, const char *key)
{
	json_t *resource;
	size_t i;

	json_array_foreach(json_object_get(object, "resources"), i, resource)
		if (!strcmp(json_string_value(json_object_get(resource, "key")), key))
			return json_object_get(resource, "groups");
	return NULL;
}

static void test_json_share(void **state)
{
	json_t *object = parse(model_odd(), 0);
	json_t *spaces = groups_of(object, "address_space"), *files = groups_of(object, "files");

	(void)state;
	assert_int_equal(json_array_size(json_object_get(object, "tasks")), 5);
	assert_int_equal(json_array_size(json_object_get(object, "resources")), SHARE_COUNT);
	assert_int_equal(json_array_size(spaces), 2);
	assert_int_equal(json_array_size(json_array_get(spaces, 0)), 3); /* 100, 101, 200 */
	assert_int_equal(json_array_size(files), 4);
	json_decref(object);
}

static void test_json_thread(void **state)
{
	json_t *object = parse(model_kingdoms(), 101), *calls = json_object_get(object, "calls");

	(void)state;
	assert_int_equal(json_array_size(calls), 5);
	assert_string_equal(json_string_value(json_object_get(json_array_get(calls, 1), "file")), "/src/server.c");
	assert_int_equal(json_integer_value(json_object_get(json_array_get(calls, 1), "line")), 12);
	assert_true(json_is_true(json_object_get(json_array_get(calls, 2), "by_frame_pointer")));
	assert_true(json_is_true(json_object_get(object, "calls_whole")));
	assert_int_equal(json_integer_value(json_object_get(json_object_get(object, "stack"), "used_bytes")), 0x10000);
	assert_true(json_is_object(json_object_get(object, "registers")));
	json_decref(object);
	object = parse(model_odd(), 100);
	assert_true(json_is_null(json_object_get(object, "ip")));
	assert_true(json_is_null(json_object_get(object, "stack")));
	assert_false(json_is_true(json_object_get(object, "calls_whole")));
	json_decref(object);
}

/* A frame that does not follow its inner ones, and one of a thread that is not there, are not taken. */
static void test_model(void **state)
{
	struct model *model = model_kingdoms();
	const struct thread *thread = model_thread(model, 101);

	(void)state;
	FEED(model, stack_frame, 5000000, .tid = 101, .pid = 100, .index = 9, .function = "hole");
	assert_int_equal(thread->anatomy.calls_count, 5);
	FEED(model, stack_frame, 5000000, .tid = 101, .pid = 100, .index = 0, .function = "fresh");
	assert_int_equal(thread->anatomy.calls_count, 1);
	assert_string_equal(thread->anatomy.calls[0].function, "fresh");
	FEED(model, stack_frame, 5000000, .tid = 999, .pid = 100, .index = 0, .function = "ghost");
	FEED(model, task_own, 5000000, .tid = 999, .pid = 100);
	FEED(model, process_memory, 5000000, .pid = 999);
	assert_null(model_thread(model, 999));
	assert_int_equal(model->threads_count, 4);
	model_free(model);
}

/* Each look found less than the one before it. */
static void test_looks(void **state)
{
	struct model *model = model_kingdoms();
	size_t links = model->links_count;
	const struct thread *thread = model_thread(model, 101);

	(void)state;
	assert_true(links > 1);
	assert_non_null(thread->anatomy.share);
	assert_non_null(thread->process->memory);
	for (int look = 0; look < 3; look++) {
		FEED(model, task_share, 6000000, .tid = 100, .pid = 100, .head.flags = SHARE_F_FIRST);
		FEED(model, task_share, 6000000, .tid = 200, .pid = 200);
		FEED(model, share_link, 6000000, .pid = 100, .other_pid = 200, .kind = SHARE_LINK_FILE, .name = "log");
		assert_int_equal(model->links_count, 1);
	}
	assert_null(thread->anatomy.share); /* the looks did not come to it */
	assert_null(thread->process->memory);
	/* Whoever the first of a look was has ended. */
	FEED(model, task_share, 7000000, .tid = 999, .pid = 100, .head.flags = SHARE_F_FIRST);
	assert_int_equal(model->links_count, 0);
	model_free(model);
}

static bool waits_tell(const struct model *model, const char *words)
{
	struct text text = {.utf8 = true, .width = 120};
	char *page = NULL;
	size_t size;
	bool told;

	text.out = open_memstream(&page, &size);
	assert_non_null(text.out);
	assert_int_equal(view_waits.draw(model, &text, false), 0);
	fclose(text.out);
	told = strstr(page, words);
	free(page);
	return told;
}

/* A stack belongs to the wait in which it was read. */
static void test_stack_of_one_wait(void **state)
{
	struct model *model = model_with_leader();
	const struct thread *thread = model_thread(model, 100);

	(void)state;
	feed_sleep(model, 2000, 0, 100, wait_mutex(0x5000, 0), 0);
	assert_false(anatomy_stack_holds(thread));
	FEED(model, stack_frame, 3000, .tid = 100, .pid = 100, .index = 0, .function = "first_place");
	assert_true(anatomy_stack_holds(thread));
	assert_true(waits_tell(model, "first_place"));
	feed_waking(model, 4000, 100, 0, 0);
	assert_false(anatomy_stack_holds(thread));
	feed_switch(model, 4100, 0, 0, 0, 100);
	feed_sleep(model, 4200, 0, 100, wait_mutex(0x6000, 0), 0);
	assert_false(anatomy_stack_holds(thread));
	assert_false(waits_tell(model, "Where they wait"));
	FEED(model, stack_frame, 5000, .tid = 100, .pid = 100, .index = 0, .function = "second_place");
	assert_true(waits_tell(model, "second_place"));
	model_free(model);
}

static struct ev_wait read_of(uint32_t fd, uint64_t inode)
{
	struct ev_wait wait = wait_call(0);

	wait.class = WAIT_CLASS_FD;
	wait.flags = WAIT_F_FILE;
	wait.value = fd;
	wait.detail = inode;
	return wait;
}

/* A descriptor's name belongs to the inode: the number may be another file's by then. */
static void test_file_names(void **state)
{
	struct model *model = model_with_leader();
	const struct thread *thread = model_thread(model, 100);

	(void)state;
	feed_sleep(model, 2000, 0, 100, read_of(4, 77), 0);
	assert_null(model_file_name(thread));
	assert_true(waits_tell(model, "on descriptor 4"));
	FEED(model, fd_name, 3000, .pid = 999, .fd = 4, .inode = 77, .name = "a stranger's");
	FEED(model, fd_name, 3000, .pid = 100, .fd = 5, .inode = 77, .name = "another's");
	assert_null(model_file_name(thread));
	FEED(model, fd_name, 3000, .pid = 100, .fd = 4, .inode = 77, .name = "/srv/\033[2J/log");
	assert_true(waits_tell(model, "on descriptor 4 (/srv/\\x1b[2J/log)"));
	feed_waking(model, 4000, 100, 0, 0);
	feed_switch(model, 4100, 0, 0, 0, 100);
	assert_null(model_file_name(thread));
	feed_sleep(model, 4200, 0, 100, read_of(4, 78), 0);
	assert_null(model_file_name(thread));
	FEED(model, fd_name, 5000, .pid = 100, .fd = 4, .inode = 78);
	assert_string_equal(model_file_name(thread), ""); /* too late: not to be asked for again */
	assert_false(waits_tell(model, "log)"));
	for (uint32_t fd = 0; fd < 10000; fd++)
		FEED(model, fd_name, 6000, .pid = 100, .fd = fd, .inode = fd, .name = "many");
	model_free(model);
}

/* /proc keeps back the registers of one that is on a CPU, and of one that is ready, which is on none. */
static void test_registers_of_ready(void **state)
{
	const struct text text = {.utf8 = true, .width = 100};
	struct model *model = model_with_leader();
	char *page;

	(void)state;
	feed_thread(model, 1100, 0, 101, 100, 100);
	for (uint32_t tid = 100; tid <= 101; tid++)
		FEED(model, task_registers, 1200, .head.flags = REGISTERS_F_ON_CPU, .tid = tid, .pid = 100);
	page = draw(model, find_thread(model, 100), text, false);
	assert_non_null(strstr(page, "was on a CPU"));
	free(page);
	page = draw(model, find_thread(model, 101), text, false);
	assert_null(strstr(page, "was on a CPU"));
	assert_non_null(strstr(page, "was ready to run"));
	free(page);
	model_free(model);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pages), cmocka_unit_test(test_narrow),      cmocka_unit_test(test_plain), cmocka_unit_test(test_json_share),
	    cmocka_unit_test(test_json_thread), cmocka_unit_test(test_model),
	    cmocka_unit_test(test_looks),      cmocka_unit_test(test_stack_of_one_wait),
	    cmocka_unit_test(test_file_names), cmocka_unit_test(test_registers_of_ready),
	};

	update = argc > 1 && !strcmp(argv[1], "--update");
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
