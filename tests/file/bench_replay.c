/* SPDX-License-Identifier: GPL-2.0-only
 *
 * How fast a recording is replayed: read, checked, decompressed, decoded and applied to a model. And what it costs to
 * write and takes on disk. Usage: bench_replay [THREADS [RECORDS]]
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include "tests/file/stream.h"
#include "userspace/decode/decode.h"
#include "userspace/model/model.h"
#include "userspace/source/file/file_info.h"
#include "userspace/source/record/record.h"

#define CPUS 4

struct replay {
	struct model *model;
	uint64_t records;
};

static double now_s(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int take(void *to, const void *bytes, size_t length)
{
	struct replay *replay = to;
	struct record record;
	size_t consumed;

	if (decode_record(bytes, length, &record, &consumed) != DECODE_RECORD)
		return -1;
	replay->records++;
	return replay->model ? model_apply(replay->model, &record) : 0;
}

static bool soon(void *to, const void *bytes, size_t length, bool near)
{
	const struct replay *replay = to;
	struct record record;
	size_t consumed;

	if (!model_wants_hints(replay->model))
		return false;
	if (decode_record(bytes, length, &record, &consumed) != DECODE_RECORD)
		return true;
	if (near)
		model_expect(replay->model, &record);
	else
		model_expect_threads(replay->model, &record);
	return true;
}

/* Snapshots of all threads, as a model would give them. */
static int put_keyframe(struct recorder *recorder, unsigned int threads, uint64_t ts_ns)
{
	int error = recorder_keyframe_begin(recorder);

	for (unsigned int thread = 0; thread < threads && !error; thread++) {
		const struct ev_task_snapshot snapshot = {
			.head = {.ts_ns = ts_ns, .size = sizeof(snapshot), .kind = REC_task_snapshot},
			.tid = STREAM_PID + thread, .pid = STREAM_PID, .start_ns = 1000 + thread,
		};

		error = recorder_put(recorder, &snapshot.head);
	}
	return error ? error : recorder_keyframe_end(recorder);
}

static void write_file(const char *path, unsigned int threads, uint64_t records)
{
	const struct recorder_settings settings = {.path = path, .overwrite = true};
	struct source_error error;
	struct recorder *recorder = recorder_open(&settings, &error);
	struct stream *stream = stream_new(threads, CPUS, 1);
	struct recorder_state state;
	double cpu = now_s(CLOCK_PROCESS_CPUTIME_ID);
	uint64_t switches = 0;

	if (!recorder) {
		fprintf(stderr, "bench_replay: %s\n", error.text);
		exit(1);
	}
	for (uint64_t i = 0; i < records; i++) {
		const struct rec_head *head = stream_next(stream);

		switches += head->kind == REC_sched_switch;
		if (recorder_put(recorder, head))
			exit(1);
		if (recorder_wants_keyframe(recorder, head->ts_ns, threads) &&
		    put_keyframe(recorder, threads, head->ts_ns))
			exit(1);
	}
	recorder_close(recorder, &state);
	cpu = now_s(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	stream_free(stream);
	printf("write   %.0f ns a record, its making included; %.2f bytes a record of %.1f, %.2f a context switch\n",
	       cpu / (double)records * 1e9, (double)state.bytes / (double)records,
	       (double)state.raw_bytes / (double)records, (double)state.bytes / (double)switches);
}

static void replay(const char *path, bool with_model, const char *words)
{
	struct source_error error;
	struct source *source = source_file_open(path, &error);
	struct replay replay = {.model = with_model ? model_new(NULL) : NULL};
	double begin;

	if (!source || (with_model && !replay.model))
		exit(1);
	source->soon = with_model ? soon : NULL;
	begin = now_s(CLOCK_PROCESS_CPUTIME_ID);
	while (source->ops->read(source, 0, take, &replay) >= 0)
		;
	begin = now_s(CLOCK_PROCESS_CPUTIME_ID) - begin;
	printf("%s %.2f M records a second (%.0f ns each)\n", words, (double)replay.records / begin * 1e-6,
	       begin / (double)replay.records * 1e9);
	source->ops->close(source);
	model_free(replay.model);
}

static int take_first(void *to, const void *bytes, size_t length)
{
	(void)length;
	*(uint64_t *)to = ((const struct rec_head *)bytes)->ts_ns;
	return -ENODATA;
}

/* To the first record of the keyframe before a moment at nine tenths of it. */
static void seek(const char *path)
{
	struct source_error error;
	struct source *source = source_file_open(path, &error);
	struct file_info info;
	uint64_t at_ns, first_ns = 0;
	double begin;

	if (!source || file_info_read(path, &info, &error))
		exit(1);
	at_ns = info.first_ns + (info.last_ns - info.first_ns) / 10 * 9;
	begin = now_s(CLOCK_MONOTONIC);
	source->ops->seek(source, at_ns);
	source->ops->read(source, 0, take_first, &first_ns);
	begin = now_s(CLOCK_MONOTONIC) - begin;
	printf("seek    %.2f ms, in a file of %.0f MB; the keyframe lies %.3f s of %.0f s before the moment\n", begin * 1e3,
	       (double)info.bytes * 1e-6, (double)(at_ns - first_ns) * 1e-9,
	       (double)(info.last_ns - info.first_ns) * 1e-9);
	source->ops->close(source);
}

int main(int argc, char **argv)
{
	unsigned int threads = argc > 1 ? (unsigned int)atoi(argv[1]) : 100;
	uint64_t records = argc > 2 ? strtoull(argv[2], NULL, 10) : 5000000;
	char path[] = "/tmp/thrace-bench-XXXXXX";
	struct rusage usage;
	int fd = mkstemp(path);

	if (fd < 0)
		return 1;
	close(fd);
	printf("%u threads, %llu records\n", threads, (unsigned long long)records);
	write_file(path, threads, records);
	replay(path, false, "read   ");
	replay(path, true, "replay ");
	seek(path);
	getrusage(RUSAGE_SELF, &usage);
	printf("memory  %ld kB at most\n", usage.ru_maxrss);
	unlink(path);
	return 0;
}
