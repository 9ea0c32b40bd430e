/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What the exporter writes is JSON, has the promised keys, and adds up.
 */
#include "tests/unit/feed.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "tests/cli/models.h"
#include "userspace/export/json.h"

static json_t *written(const struct model *model,
		       int (*write)(const struct model *model, FILE *out))
{
	char *bytes = NULL;
	json_error_t error;
	json_t *value;
	size_t size;
	FILE *out = open_memstream(&bytes, &size);

	assert_non_null(out);
	assert_int_equal(write(model, out), 0);
	fclose(out);
	value = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &error);
	if (!value)
		fail_msg("%s in %s", error.text, bytes);
	free(bytes);
	return value;
}

static json_int_t integer(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value))
		fail_msg("no integer %s", key);
	return json_integer_value(value);
}

static const char *string(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_string(value))
		fail_msg("no string %s", key);
	return json_string_value(value);
}

static void test_report(void **state)
{
	struct model *model = model_lesson();
	json_t *report = written(model, json_write_report), *process, *thread;
	size_t i;

	(void)state;
	assert_string_equal(string(report, "source"), "bpf");
	assert_int_equal(integer(report, "lost"), 0);
	process = json_array_get(json_object_get(report, "processes"), 0);
	assert_int_equal(integer(process, "pid"), 100);
	assert_int_equal(integer(process, "alive_max"), 3);
	assert_int_equal(json_array_size(json_object_get(process, "threads")), 3);
	json_array_foreach(json_object_get(process, "threads"), i, thread)
	{
		assert_int_equal(integer(thread, "running_ns") + integer(thread, "ready_ns") +
				     integer(thread, "blocked_ns") + integer(thread, "unknown_ns"),
				 integer(thread, "life_ns"));
		assert_true(integer(json_object_get(thread, "ready_delay"), "p50_ns") <=
			    integer(json_object_get(thread, "ready_delay"), "p99_ns"));
		assert_string_equal(string(thread, "state"), "terminated");
		integer(thread, "voluntary_switches");
		integer(thread, "involuntary_switches");
		integer(thread, "migrations");
	}
	json_decref(report);
	model_free(model);
}

/* More than a stream's buffer holds: the error comes while it is written, and is the disk's. */
static void test_full_disk(void **state)
{
	int (*const writes[])(const struct model *, FILE *) = {json_write_report, json_write_tree};
	struct model *model = model_storm();

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		FILE *full = fopen("/dev/full", "we");

		assert_non_null(full);
		assert_int_equal(writes[i](model, full), -ENOSPC);
		fclose(full);
	}
	model_free(model);
}

static void test_unknown_place(void **state)
{
	struct model *model = model_family();
	json_t *tree = written(model, json_write_tree);
	json_t *threads = json_object_get(json_array_get(json_object_get(tree, "processes"), 1), "threads");

	(void)state;
	assert_true(json_is_null(json_object_get(json_array_get(threads, 0), "created_at")));
	assert_string_equal(string(json_array_get(threads, 0), "created_at_unknown"), "gone");
	json_decref(tree);
	model_free(model);
}

/* null: not known, as of who was started. What a thread that had ended was told of later counts too. */
static void test_places(void **state)
{
	int (*const writes[])(const struct model *, FILE *) = {json_write_report, json_write_tree};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct model *model = model_lesson();
		json_t *report = written(model, writes[i]), *threads, *calls;

		threads = json_object_get(json_array_get(json_object_get(report, "processes"), 0), "threads");
		assert_true(json_is_null(json_object_get(json_array_get(threads, 0), "created_at")));
		assert_true(json_is_null(json_object_get(json_array_get(threads, 0), "created_at_unknown")));
		calls = json_object_get(json_array_get(threads, 1), "created_at");
		assert_int_equal(json_array_size(calls), 2);
		assert_string_equal(string(json_array_get(calls, 0), "function"), "start_lesson_thread_by_name");
		assert_int_equal(integer(json_array_get(calls, 0), "line"), 84);
		assert_string_equal(string(json_array_get(calls, 1), "file"), "/src/lesson.c");
		calls = json_object_get(json_array_get(threads, 2), "created_at");
		assert_int_equal(json_array_size(calls), 1);
		assert_true(json_is_null(json_object_get(json_array_get(calls, 0), "function")));
		assert_int_equal(integer(json_array_get(calls, 0), "offset"), 0x1139);
		json_decref(report);
		model_free(model);
	}
}

static void test_join_and_ends(void **state)
{
	struct model *model = model_lesson();
	json_t *report = written(model, json_write_report);
	json_t *process = json_array_get(json_object_get(report, "processes"), 0);
	json_t *threads = json_object_get(process, "threads");
	json_t *wait = json_array_get(json_object_get(json_array_get(threads, 0), "waits"), 0);

	(void)state;
	assert_string_equal(string(wait, "kind"), "join");
	assert_int_equal(integer(wait, "on_tid"), 102);
	assert_string_equal(string(wait, "evidence"), "kernel");
	assert_string_equal(string(json_array_get(threads, 0), "end"), "returned");
	assert_string_equal(string(json_array_get(threads, 1), "end"), "torn_down");
	assert_true(json_is_true(json_object_get(json_array_get(threads, 1), "daemon")));
	json_decref(report);
	model_free(model);
}

static void assert_ended(const json_t *process, json_int_t exit_code, json_int_t signal)
{
	const json_t *code = json_object_get(process, "exit_code"), *number = json_object_get(process, "signal");

	assert_true(exit_code < 0 ? json_is_null(code) : json_integer_value(code) == exit_code);
	assert_true(signal < 0 ? json_is_null(number) : json_integer_value(number) == signal);
}

/* As a shell knows it, not as wait(2) packs it; null: not so, or not known. */
static void test_exit_codes(void **state)
{
	int (*const writes[])(const struct model *, FILE *) = {json_write_report, json_write_tree};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct model *family = model_family(), *stuck = model_stuck();
		json_t *ended = written(family, writes[i]), *alive = written(stuck, writes[i]);

		assert_int_equal(integer(ended, "version"), 2);
		assert_ended(json_array_get(json_object_get(ended, "processes"), 0), 3, -1);
		assert_ended(json_array_get(json_object_get(ended, "processes"), 1), -1, 9);
		assert_ended(json_array_get(json_object_get(alive, "processes"), 0), -1, -1);
		json_decref(ended);
		json_decref(alive);
		model_free(family);
		model_free(stuck);
	}
}

static void test_tree(void **state)
{
	struct model *model = model_family();
	json_t *tree = written(model, json_write_tree), *child, *thread, *flag;
	bool found = false;
	size_t i;

	(void)state;
	child = json_array_get(json_object_get(tree, "processes"), 1);
	assert_int_equal(integer(child, "parent_pid"), 100);
	thread = json_array_get(json_object_get(child, "threads"), 1);
	assert_int_equal(integer(thread, "creator_tid"), 200);
	assert_string_equal(string(thread, "end"), "signal");
	assert_int_equal(integer(thread, "signal"), 9);
	json_array_foreach(json_object_get(thread, "clone_flags"), i, flag) found |=
	    !strcmp(json_string_value(flag), "CLONE_THREAD");
	assert_true(found);
	json_decref(tree);
	model_free(model);
}

/* A recording that was cut off says so wherever losses are told, and one that was not says that. */
static void test_cut_off(void **state)
{
	int (*const writes[])(const struct model *, FILE *) = {json_write_report, json_write_tree, json_write_waits,
							       json_write_share};

	(void)state;
	for (size_t i = 0; i < sizeof(writes) / sizeof(*writes); i++) {
		struct model *cut = model_cut(), *whole = model_lesson();
		json_t *one = written(cut, writes[i]), *other = written(whole, writes[i]);

		assert_true(json_is_true(json_object_get(one, "cut_off")));
		assert_int_equal(integer(one, "lost"), 7);
		assert_int_equal(integer(one, "damaged"), 7);
		assert_true(json_is_false(json_object_get(other, "cut_off")));
		assert_int_equal(integer(other, "damaged"), 0);
		json_decref(one);
		json_decref(other);
		model_free(cut);
		model_free(whole);
	}
}

/* Bytes that are no UTF-8 become U+FFFD, one each; the others stay. */
static void test_hostile_names(void **state)
{
	struct model *model = model_hostile();
	json_t *report = written(model, json_write_report);
	json_t *process = json_array_get(json_object_get(report, "processes"), 0);
	json_t *threads = json_object_get(process, "threads");

	(void)state;
	assert_string_equal(string(json_array_get(threads, 0), "name"), "\033[2J\n\\) R");
	assert_string_equal(string(json_array_get(threads, 1), "name"),
			    "\xef\xbf\xbd\xe2\x80\xae"
			    "cba\xe6\x9d\xb1");
	json_decref(report);
	model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_report),
	cmocka_unit_test(test_places), cmocka_unit_test(test_unknown_place),
	cmocka_unit_test(test_full_disk),
	    cmocka_unit_test(test_join_and_ends),
	    cmocka_unit_test(test_exit_codes),
	    cmocka_unit_test(test_tree),
	    cmocka_unit_test(test_cut_off),
	    cmocka_unit_test(test_hostile_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
