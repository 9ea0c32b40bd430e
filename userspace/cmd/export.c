// SPDX-License-Identifier: GPL-2.0-only
/* What was observed or recorded, in a form that other programs read. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "userspace/cmd/interrupts.h"
#include "userspace/cmd/progress.h"
#include "userspace/cmd/session.h"
#include "userspace/export/export.h"
#include "userspace/ui/units.h"
#include "userspace/util/out_file.h"

struct job {
	struct export export;
	struct session session;
	struct progress progress;
};

static int put_record(const struct model *model, const struct record *record, void *context)
{
	struct job *job = context;

	/* Its own error is told by who asked for the export; here it only ends the observation. */
	return export_record(&job->export, model, record) ? -EPIPE : 0;
}

static int show_progress(void *context)
{
	struct job *job = context;
	const struct source *source = job->session.source;

	if (!progress_due(&job->progress))
		return 0;
	if (source->replayed)
		progress_put(&job->progress, "exporting: %u %%", source->permille / 10);
	else
		progress_put(&job->progress, "exporting: %s",
			     units_things(job->session.model->records, "record", "records").text);
	return 0;
}

static int fail(const struct command *self, const char *path, int error)
{
	char text[256];

	return command_fail(self, STATUS_FAILED, "%s", out_file_explain(path, error, text, sizeof(text)));
}

/* Returns the observation's status; *error is what went wrong with the writing. */
static int write_all(const struct command *self, const struct options *options,
		     const struct exporter *exporter, struct out_file *file, int *error)
{
	struct job job = {0};
	struct session *session = &job.session;
	int status;

	*session = (struct session){
	    .command = self, .options = options, .on_record = put_record, .context = &job,
	    .watch = &job.export.watch, .output = &file->name};
	/* A program that was started has the terminal for itself. */
	if (!options->target.launch)
		session->on_pause = show_progress;
	export_begin(&job.export, exporter, file->stream);
	progress_begin(&job.progress);
	status = session_run(session);
	progress_end(&job.progress);
	if (file->stream == stdout) /* no file of ours would be left in parts */
		interrupts_release();
	*error = export_end(&job.export, status == STATUS_GOOD ? session->model : NULL);
	session_close(session);
	return status;
}

static int export_to(const struct command *self, const struct options *options,
		     const struct exporter *exporter)
{
	const char *path = options->output ? options->output : "-";
	struct out_file file;
	int error, status;

	if (exporter->binary && !strcmp(path, "-") && isatty(STDOUT_FILENO))
		return command_fail(self, STATUS_USAGE,
				    "%s is not for a terminal: give -o FILE, or send it on with a pipe",
				    exporter->name);
	/* Before anything is observed: it would be a pity to lose it to a mistyped folder. */
	error = out_file_open(&file, path, options->overwrite);
	if (error)
		return fail(self, path, error);
	status = write_all(self, options, exporter, &file, &error);
	if (status == STATUS_GOOD && !error)
		error = out_file_close(&file);
	else
		out_file_abandon(&file);
	/* A reader that went away is no failure, nor is a write to a slow one that was given up for an interrupt. */
	if (status != STATUS_GOOD || !error || error == -EPIPE || (error == -EINTR && interrupts_signal()))
		return status;
	return fail(self, path, error);
}

static int no_format(const struct command *self, const char *name)
{
	const char *names[16];
	size_t count = 0;
	const char *nearest;

	for (const struct exporter *const *exporter = exporters; *exporter; exporter++)
		names[count++] = (*exporter)->name;
	names[count] = NULL;
	nearest = name ? nearest_name(name, names) : NULL;
	if (nearest)
		return command_fail(self, STATUS_USAGE, "there is no format '%.32s'; did you mean '%s'?",
				    name, nearest);
	return command_fail(self, STATUS_USAGE,
			    "%s: --to takes perfetto, html, svg, csv, json or folded",
			    name ? "there is no such format" : "to which format?");
}

static int run(const struct command *self, struct options *options)
{
	const struct exporter *exporter = options->format ? exporter_find(options->format) : NULL;
	return exporter ? export_to(self, options, exporter) : no_format(self, options->format);
}

const struct command command_export = {
    .name = "export",
    .summary = "a recording for other programs: Perfetto, a web page, SVG, CSV, JSON, flame graphs",
    .usage = "--to FORMAT [-o FILE] [OPTION]... SOURCE",
    .text =
	"\nFormats:\n"
	"  perfetto  for ui.perfetto.dev: CPUs, threads, waits, who woke whom\n"
	"  html      one page that needs nothing else: timeline, lineage, sharing, figures\n"
	"  svg       the timeline as a picture, for papers and slides\n"
	"  csv       a line for each stretch of a thread's life\n"
	"  json      the same, then the report of thrace stat --json\n"
	"  folded    off-CPU time by process, thread and wait, for flame graphs\n" OPTIONS_HELP
	"      --to FORMAT         one of those above\n"
	"  -o, --output FILE       where to; - or none: standard output\n"
	"  -f, --force             overwrite FILE if it is there\n"
	"\nExample:\n  thrace export -i lesson.trace --to html -o lesson.html\n",
    .takes = TAKES_SOURCE | TAKES_OUTPUT | TAKES_FORMAT,
    .run = run,
};
