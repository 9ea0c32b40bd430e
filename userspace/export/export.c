/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/export/export.h"
#include "userspace/util/stream.h"

#include <errno.h>

/* What a process that was started did, all alone, before it became its program is this command's doing. */
static bool is_prelude(const struct model *model, const struct span *span)
{
	const struct process *process = span->thread->process;

	return process->launched && !process->execs && model->threads_count == 1 &&
	       model->begin.source == BEGIN_SOURCE_BPF;
}

/* Seen on a CPU, and nobody has told yet of which process it is. */
static bool is_placeless(const struct thread *thread)
{
	return !thread->process->pid;
}

static uint64_t picture_begin(const struct model *model)
{
	process_for_each(model, process)
		if (process->launched)
			return process->first_ns;
	return model->first_ns;
}

static void begin(struct export *export, const struct model *model)
{
	export->model = model;
	if (export->begun)
		return;
	export->begun = true;
	export->exporter->begin(export);
}

static void hear_span(const struct model *model, const struct span *span, void *context)
{
	struct export *export = context;

	begin(export, model);
	if (is_placeless(span->thread) || is_prelude(model, span))
		return;
	if (!export->first_ns)
		export->first_ns = picture_begin(model);
	if (!export->error && export->exporter->span)
		export->exporter->span(export, span);
}

static void hear_end(const struct model *model, const struct thread *thread, void *context)
{
	struct export *export = context;

	begin(export, model);
	if (!export->error && export->exporter->thread && !is_placeless(thread))
		export->exporter->thread(export, thread);
}

void export_fail(struct export *export, int error)
{
	if (!export->error)
		export->error = error;
}

static void check_stream(struct export *export)
{
	int error = stream_error(export->out);

	if (error)
		export_fail(export, error);
}

void export_begin(struct export *export, const struct exporter *exporter, FILE *out)
{
	export->exporter = exporter;
	export->out = out;
	export->begun = false;
	export->watch = (struct model_watch){.span = hear_span, .ended = hear_end, .context = export};
}

int export_record(struct export *export, const struct model *model, const struct record *record)
{
	begin(export, model);
	if (!export->error && export->exporter->record)
		export->exporter->record(export, record);
	check_stream(export);
	return export->error;
}

/* Threads that are still there: their spans so far, and their totals. */
static void tell_the_rest(struct export *export, const struct model *model)
{
	begin(export, model);
	model_tell_open(model);
	process_for_each(model, process)
		thread_for_each(process, thread)
			if (thread->end == END_ALIVE)
				hear_end(model, thread, export);
}

int export_end(struct export *export, const struct model *model)
{
	if (model)
		tell_the_rest(export, model);
	else
		export_fail(export, -ENODATA);
	check_stream(export);
	if (export->begun)
		export->exporter->end(export);
	errno = 0;
	fflush(export->out);
	check_stream(export);
	return export->error;
}
