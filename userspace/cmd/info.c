// SPDX-License-Identifier: GPL-2.0-only
/* What is in a recording. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "userspace/cmd/progress.h"
#include "userspace/cmd/source_options.h"
#include "userspace/decode/decode.h"
#include "userspace/export/json.h"
#include "userspace/source/file/file_info.h"
#include "userspace/ui/escape.h"
#include "userspace/ui/table.h"
#include "userspace/ui/units.h"

static const struct table_column columns[] = {
    {.title = "RECORDS", .right = true},
    {.title = "%", .right = true},
    {.title = "KIND"},
};

static const char *source_word(uint32_t source)
{
	switch (source) {
	case BEGIN_SOURCE_BPF:
		return "bpf";
	case BEGIN_SOURCE_PROCFS:
		return "procfs";
	default:
		return NULL;
	}
}

static const char *wall_clock(uint64_t realtime_ns, char *text, size_t size)
{
	time_t seconds = (time_t)(realtime_ns / 1000000000);
	struct tm when;

	if (!realtime_ns || !localtime_r(&seconds, &when) ||
	    !strftime(text, size, "%Y-%m-%d %H:%M:%S %z", &when))
		snprintf(text, size, "an unknown time");
	return text;
}

/* A text of the header, fit for a terminal. */
static void put_raw(const struct text *text, const char *raw, size_t size)
{
	char copy[sizeof(((struct file_header *)0)->host) + 1] = "";
	char escaped[ESCAPE_BYTES(sizeof(copy))];

	memcpy(copy, raw, size < sizeof(copy) ? size : sizeof(copy) - 1);
	escape(escaped, sizeof(escaped), copy, text->utf8);
	text_put(text, STYLE_STRONG, "%s", *escaped ? escaped : "?");
}

static void put_origin(const struct text *text, const struct file_info *info)
{
	const struct file_header *header = &info->header;
	const char *source = source_word(header->source);
	char when[64];

	text_put(text, STYLE_PLAIN, "Recorded  %s, on ",
		 wall_clock(header->realtime_ns, when, sizeof(when)));
	put_raw(text, header->host, sizeof(header->host));
	text_put(text, STYLE_PLAIN, " with %" PRIu32 " CPUs, kernel ", header->cpus);
	put_raw(text, header->kernel, sizeof(header->kernel));
	text_put(text, STYLE_PLAIN, ",\n          by ");
	put_raw(text, header->writer, sizeof(header->writer));
	text_put(text, STYLE_PLAIN, " from %s, format %u.%u\n", source ? source : "an unknown source",
		 header->major, header->minor);
}

static void put_size(const struct text *text, const struct file_info *info)
{
	struct units each = units_mean(info->bytes, info->records);
	struct units raw = units_mean(info->raw_bytes, info->records);

	text_put(text, STYLE_PLAIN, "Holds     %s in %s, ",
		 units_duration(info->last_ns - info->first_ns).text,
		 units_things(info->records, "record", "records").text);
	if (info->lost)
		text_put(text, STYLE_BAD, "%s lost%s", units_count(info->lost).text,
			 info->missing ? " when it was recorded" : "");
	else
		text_put(text, STYLE_PLAIN, "nothing lost%s", info->missing ? " when it was recorded" : "");
	text_put(text, STYLE_PLAIN, "\nTakes     %s: %s bytes a record of %s; %s, %s\n",
		 units_bytes(info->bytes).text, each.text, raw.text,
		 units_things(info->chunks, "chunk", "chunks").text,
		 units_things(info->keyframes, "keyframe", "keyframes").text);
}

static void put_whole(const struct text *text, const struct file_info *info, bool read)
{
	text_put(text, STYLE_PLAIN, "Is        ");
	if (!info->complete && info->header.state == FILE_OPEN)
		text_put(text, STYLE_BAD, "not complete: its recording goes on, or was cut off");
	else if (!info->complete)
		text_put(text, STYLE_BAD, "cut off: its end is not there");
	else
		text_put(text, STYLE_GOOD, "complete");
	if (info->header.flags & FILE_F_FLIGHT)
		text_put(text, STYLE_PLAIN, "; a flight recorder's memory");
	if (info->header.flags & FILE_F_LIMITED)
		text_put(text, STYLE_PLAIN, "; it ended at --max-size");
	if (info->header.flags & FILE_F_BROKEN_OFF)
		text_put(text, STYLE_BAD, "; it ends early: writing failed");
	if (info->missing)
		text_put(text, STYLE_BAD, "; damaged: %s of it cannot be read",
			 units_things(info->missing, "record", "records").text);
	else if (read)
		text_put(text, STYLE_GOOD, "; every chunk is whole");
	text_put(text, STYLE_PLAIN, "\n");
}

static void put_kinds(const struct text *text, const struct file_info *info)
{
	struct table table = TABLE(columns);
	uint64_t total = 0;

	for (unsigned int kind = 0; kind < FILE_KINDS; kind++)
		total += info->kind_records[kind];
	for (unsigned int kind = 0; kind < FILE_KINDS; kind++) {
		const char *token = record_token(kind);
		uint64_t records = info->kind_records[kind];

		if (!records)
			continue;
		table_cell(&table, STYLE_PLAIN, "%s", units_count(records).text);
		table_cell(&table, STYLE_PLAIN, "%s", units_percent(records, total).text);
		if (token)
			table_cell(&table, STYLE_PLAIN, "%s", token);
		else
			table_cell(&table, STYLE_DIM, "a newer kind (%u)", kind);
	}
	text_put(text, STYLE_PLAIN, "\n");
	table_print(&table, text);
}

static int put_page(const struct options *options, const struct file_info *info)
{
	struct text text;

	text_open(&text, stdout, options->colour);
	put_whole(&text, info, options->verbose);
	put_origin(&text, info);
	put_size(&text, info);
	if (info->kinds_known)
		put_kinds(&text, info);
	else
		text_put(&text, STYLE_DIM, "Which kinds of records, only reading all of it tells: -v\n");
	return text_finish(&text);
}

static int put_json(const struct options *options, const struct file_info *info)
{
	const struct file_header *header = &info->header;
	const struct json_info json = {
	    .complete = info->complete,
	    .flight = header->flags & FILE_F_FLIGHT,
	    .limited = header->flags & FILE_F_LIMITED,
	    .broken_off = header->flags & FILE_F_BROKEN_OFF,
	    .major = header->major,
	    .minor = header->minor,
	    .source = source_word(header->source),
	    .host = header->host,
	    .kernel = header->kernel,
	    .writer = header->writer,
	    .text_bytes = sizeof(header->host),
	    .cpus = header->cpus,
	    .realtime_ns = header->realtime_ns,
	    .first_ns = info->first_ns,
	    .last_ns = info->last_ns,
	    .records = info->records,
	    .lost = info->lost,
	    .raw_bytes = info->raw_bytes,
	    .bytes = info->bytes,
	    .chunks = info->chunks,
	    .keyframes = info->keyframes,
	    .damaged = options->verbose ? &info->missing : NULL,
	    .kind_records = info->kinds_known ? info->kind_records : NULL,
	    .kinds = FILE_KINDS,
	};

	return json_write_info(&json, stdout);
}

static void show_progress(const struct source *source, void *context)
{
	if (progress_due(context))
		progress_put(context, "reading: %u %%", source->permille / 10);
}

static int run(const struct command *self, struct options *options)
{
	struct source_error error = {.status = STATUS_FAILED};
	struct progress progress;
	struct file_info info;
	int failed;

	if (options->verbose && !strcmp(options->input, "-"))
		return command_fail(self, STATUS_USAGE,
				    "-v reads a recording twice, which a pipe does not allow: give a file");
	progress_begin(&progress);
	failed = file_info_read(options->input, &info, &error);
	if (!failed && options->verbose)
		failed = file_info_count(options->input, &info, show_progress, &progress, &error);
	progress_end(&progress);
	if (failed)
		return command_fail(self, error.status, "%s", error.text);
	failed = options->json ? put_json(options, &info) : put_page(options, &info);
	if (failed && failed != -EPIPE)
		return command_fail(self, STATUS_FAILED, "cannot write: %s", strerror(-failed));
	return STATUS_GOOD;
}

const struct command command_info = {
    .name = "info",
    .summary = "what is in a recording",
    .usage = "[OPTION]... FILE",
    .text = "\nWhen, where and how it was recorded, whether it is complete, how much it holds of what.\n"
	    "-v reads all of it and tells whether every chunk is whole.\n"
	    "\nOptions:\n" OPTIONS_PRINT_HELP "\nExample:\n  thrace info slow.thrace\n",
    .takes = TAKES_FILE,
    .run = run,
};
