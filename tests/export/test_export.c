/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What each exporter makes of small histories, as it was once read and found right: tests/export/expect/<model>.<format>
 * (Perfetto's as text). `make export-golden` writes them anew. With --write DIR: the exports themselves, for the tests
 * that give them to other programs.
 */
#include "tests/unit/feed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/cli/models.h"
#include "userspace/decode/library_probes.h"
#include "userspace/export/export.h"

/* Names that would be markup, formulas, format strings and frames of their own. */
static struct model *model_markup(void)
{
	struct model *model = model_new(NULL);

	assert_non_null(model);
	FEED(model, begin, 1000, .source = BEGIN_SOURCE_BPF, .cpus = 2, .host = "<b>host</b>", .kernel = "]]>&amp;");
	feed_process(model, 1000, 0, 100, 50, 50);
	feed_switch(model, 2000, 0, 0, 0, 100);
	FEED(model, task_rename, 3000, .tid = 100, .pid = 100, .name = "</script><b>\"'");
	feed_thread(model, 4000, 0, 101, 100, 100);
	FEED(model, thread_name, 4000, .tid = 101, .pid = 100, .daemon = 2,
	     .name = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>");
	feed_thread(model, 5000, 0, 102, 100, 100);
	FEED(model, task_rename, 5000, .tid = 102, .pid = 100, .name = "=1+1;%s\\,\"x");
	feed_waking(model, 5000, 102, 100, 100);
	feed_sleep(model, 9000, 0, 100, wait_join(101), 102);
	feed_switch(model, 20000, 1, 0, 0, 101);
	feed_sleep(model, 30000, 0, 102, wait_mutex(0x5000, 101), 0);
	FEED(model, end, 60000, .head.cpu = 0);
	return model;
}

/* Longer than any block or buffer of an exporter. */
static struct model *model_long(void)
{
	struct model *model = model_with_leader();
	uint64_t at = 2000;

	for (uint32_t tid = 101; tid <= 108; tid++)
		feed_thread(model, at += 1000, 0, tid, 100, 100);
	for (unsigned int i = 0; i < 12000; i++) {
		uint32_t tid = 101 + i % 8;

		feed_waking(model, at += 300, tid, 100, 100);
		feed_switch(model, at += 200, 1, 0, 0, tid);
		feed_sleep(model, at += 100 + i % 7 * 500, 1, tid, wait_call(35), 0);
	}
	FEED(model, end, at + 1000, .head.cpu = 0);
	return model;
}

/* A thread that waits for an event of the library, and for a lock within that; another that puts into a queue. */
static struct model *model_library(void)
{
	struct model *model = model_with_leader();

	feed_thread(model, 2000, 0, 101, 100, 100);
	feed_switch(model, 3000, 1, 0, 0, 101);
	FEED(model, library, 4000, .tid = 100, .pid = 100, .probe = PROBE_cond_wait, .arg = {1, 0x5000, -1}, .head.cpu = 0);
	FEED(model, library, 5000, .tid = 101, .pid = 100, .probe = PROBE_queue_put, .arg = {2, 0x6000, 1, 0}, .head.cpu = 1);
	FEED(model, library, 6000, .tid = 100, .pid = 100, .probe = PROBE_lock_wait, .arg = {1, 0x5040, 101}, .head.cpu = 0);
	FEED(model, library, 7000, .tid = 100, .pid = 100, .probe = PROBE_lock_acquired, .arg = {1, 0x5040}, .head.cpu = 0);
	FEED(model, library, 8000, .tid = 100, .pid = 100, .probe = PROBE_cond_wake, .arg = {1, 0x5000, 0}, .head.cpu = 0);
	FEED(model, library, 9000, .tid = 101, .pid = 100, .probe = PROBE_event_wait, .arg = {2, 0x7000, -1}, .head.cpu = 1);
	FEED(model, end, 10000, .head.cpu = 0);
	return model;
}

static const struct history {
	const char *name;
	struct model *(*make)(void);
} histories[] = {
	{"lesson", model_lesson},
	{"family", model_family},
	{"storm", model_storm},
	{"cut", model_cut},
	{"hostile", model_hostile},
	{"markup", model_markup},
	{"long", model_long},
	{"library", model_library},
};

#define HISTORIES (sizeof(histories) / sizeof(*histories))

/* The export that the tap hands records to. */
static struct export tapped;

static void before(struct model *model)
{
	model->watch = &tapped.watch;
}

static void after(const struct model *model, const struct record *record)
{
	export_record(&tapped, model, record);
}

static int write_export(const struct history *history, const struct exporter *exporter, FILE *out)
{
	struct model *model;
	int error;

	tapped = (struct export){0};
	export_begin(&tapped, exporter, out);
	feed_tap = (struct feed_tap){.before = before, .after = after};
	model = history->make();
	feed_tap = (struct feed_tap){0};
	error = export_end(&tapped, model);
	model_free(model);
	return error;
}

static int write_files(const char *folder)
{
	char path[512];
	int failed = 0;

	for (size_t i = 0; i < HISTORIES; i++)
		for (const struct exporter *const *exporter = exporters; *exporter; exporter++) {
			FILE *out;

			snprintf(path, sizeof(path), "%s/%s.%s", folder, histories[i].name, (*exporter)->name);
			out = fopen(path, "we");
			if (!out) {
				perror(path);
				return 1;
			}
			failed |= write_export(&histories[i], *exporter, out) != 0;
			failed |= fclose(out) != 0;
		}
	return failed;
}

/* The whole reaches the reader or the error does. */
static void test_full_disk(void **state)
{
	(void)state;
	for (const struct exporter *const *exporter = exporters; *exporter; exporter++) {
		FILE *full = fopen("/dev/full", "we");

		assert_non_null(full);
		assert_int_equal(write_export(&histories[0], *exporter, full), -ENOSPC);
		fclose(full);
	}
}

/* Nothing was observed: still a whole document, and nothing is leaked. */
static void test_no_records(void **state)
{
	(void)state;
	for (const struct exporter *const *exporter = exporters; *exporter; exporter++) {
		struct model *model = model_new(NULL);
		FILE *out = fopen("/dev/null", "we");

		tapped = (struct export){0};
		export_begin(&tapped, *exporter, out);
		assert_int_equal(export_end(&tapped, model), 0);
		export_begin(&tapped, *exporter, out);
		export_end(&tapped, NULL);
		model_free(model);
		fclose(out);
	}
}

/* --- records that nobody in his right mind sends --- */

#define RANDOM_RECORDS 20000

static uint32_t dice(uint64_t *seed, uint32_t sides)
{
	*seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(*seed >> 33) % sides;
}

/* Any kind, any bytes; numbers small enough that tids, pids and addresses meet again. */
static void throw_record(struct model *model, uint64_t *seed, uint64_t ts_ns)
{
	static const uint16_t sizes[REC_KIND_END] = {
#define X(number, token, text) [number] = sizeof(struct ev_##token),
		THRACE_RECORDS(X)
#undef X
	};
	union {
		struct rec_head head;
		uint32_t words[128];
		uint8_t bytes[512];
	} any;
	struct record record;
	size_t consumed;

	for (size_t i = 0; i < 128; i++)
		any.words[i] = dice(seed, 4) ? dice(seed, 24) : dice(seed, 1u << 31);
	for (size_t i = dice(seed, 64); i; i--)
		any.bytes[sizeof(struct rec_head) + dice(seed, 490)] = (uint8_t)dice(seed, 256);
	any.head = (struct rec_head){.ts_ns = ts_ns, .kind = 1 + dice(seed, REC_KIND_END - 1), .cpu = dice(seed, 5),
				     .flags = dice(seed, 64)};
	any.head.size = sizes[any.head.kind];
	if (decode_record(&any, sizeof(any), &record, &consumed) != DECODE_RECORD)
		return;
	assert_int_equal(model_apply(model, &record), 0);
	assert_int_equal(export_record(&tapped, model, &record), 0);
}

static void test_random_records(void **state)
{
	(void)state;
	for (const struct exporter *const *exporter = exporters; *exporter; exporter++) {
		struct model *model = model_new(&(struct model_limits){.ended_threads = 3});
		FILE *out = fopen("/dev/null", "we");
		uint64_t seed = 7, ts_ns = 1000;

		tapped = (struct export){0};
		export_begin(&tapped, *exporter, out);
		model->watch = &tapped.watch;
		for (int i = 0; i < RANDOM_RECORDS; i++)
			throw_record(model, &seed, ts_ns += dice(&seed, 4000));
		assert_int_equal(export_end(&tapped, model), 0);
		model_free(model);
		fclose(out);
	}
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(name_of_text("a\x1b[2J\xff\xe2\x80\xae" "b", 16).text,
			    "a\xef\xbf\xbd[2J\xef\xbf\xbd\xef\xbf\xbd" "b");
	assert_string_equal(name_of_text("", 16).text, "?");
	assert_string_equal(name_of_text("sixteen bytes...more", 16).text, "sixteen bytes...");
	assert_string_equal(exporter_find("csv")->name, "csv");
	assert_null(exporter_find("cvs"));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_no_records),
		cmocka_unit_test(test_random_records),
		cmocka_unit_test(test_names),
	};

	if (argc == 3 && !strcmp(argv[1], "--write"))
		return write_files(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
