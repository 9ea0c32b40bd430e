/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/export/export.h"

#include <errno.h>

static void hear_span(const struct model *model, const struct span *span, void *context)
{
	struct export *export = context;

	export->model = model;
	if (!export->error && export->exporter->span)
		export->exporter->span(export, span);
}

static void hear_end(const struct model *model, const struct thread *thread, void *context)
{
	struct export *export = context;

	export->model = model;
	if (!export->error && export->exporter->thread)
		export->exporter->thread(export, thread);
}

void export_fail(struct export *export, int error)
{
	if (!export->error)
		export->error = error;
}

static void check_stream(struct export *export)
{
	if (ferror(export->out))
		export_fail(export, errno ? -errno : -EIO);
}

void export_begin(struct export *export, const struct exporter *exporter, FILE *out)
{
	export->exporter = exporter;
	export->out = out;
	export->watch = (struct model_watch){.span = hear_span, .ended = hear_end, .context = export};
	exporter->begin(export);
	check_stream(export);
}

int export_record(struct export *export, const struct model *model, const struct record *record)
{
	export->model = model;
	if (!export->error && export->exporter->record)
		export->exporter->record(export, record);
	check_stream(export);
	return export->error;
}

int export_end(struct export *export, const struct model *model)
{
	export->model = model;
	if (!export->error)
		model_tell_open(model);
	process_for_each(model, process)
		thread_for_each(process, thread)
			if (thread->end == END_ALIVE)
				hear_end(model, thread, export);
	check_stream(export);
	export->exporter->end(export);
	errno = 0;
	if (fflush(export->out))
		check_stream(export);
	return export->error;
}
