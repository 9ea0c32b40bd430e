// SPDX-License-Identifier: GPL-2.0-only
/* The report (run, stat), the lineage (tree) and the checks (doctor). */
#include "userspace/export/json.h"
#include "userspace/export/json_private.h"

#include <errno.h>
#include "userspace/model/hygiene.h"

static json_t *delays_object(const struct delays *delays)
{
	return json_pack("{s:I, s:I, s:I, s:I}", "count", (json_int_t)delays->count, "p50_ns",
			 (json_int_t)delays_quantile(delays, 0.5), "p99_ns",
			 (json_int_t)delays_quantile(delays, 0.99), "max_ns",
			 (json_int_t)delays->max_ns);
}

static json_t *waits_array(const struct thread *thread)
{
	json_t *waits = json_array();

	for (size_t i = 0; i < thread->waits_count; i++) {
		const struct wait_total *wait = &thread->waits[i];

		json_array_append_new(waits, json_pack("{s:s, s:I, s:I, s:I, s:o, s:s}", "kind",
						       wait_kind_token(wait->kind), "count",
						       (json_int_t)wait->count, "total_ns",
						       (json_int_t)wait->total_ns, "max_ns",
						       (json_int_t)wait->max_ns, "on_tid",
						       json_tid(wait->on ? wait->on->tid : 0),
						       "evidence", evidence_token(wait->evidence)));
	}
	return waits;
}

static json_t *daemon_value(int daemon)
{
	return daemon < 0 ? json_null() : json_boolean(daemon);
}

/* What report and lineage have in common. */
static json_t *thread_head(const struct thread *thread)
{
	json_t *object =
	    json_pack("{s:I, s:o, s:o, s:s}", "tid", (json_int_t)thread->tid, "name",
		      json_thread_name(thread), "creator_tid", json_tid(thread->creator_tid), "end",
		      thread_end_token(thread->end));

	if (object)
		json_object_set_new(object, "ns_tid", json_tid(thread->ns_tid));
	if (object)
		json_object_set_new(object, "created_at", json_created_at(thread));
	if (object)
		json_object_set_new(object, "created_at_unknown", json_created_unknown(thread->created_unknown));
	if (object && thread->end == END_SIGNAL)
		json_object_set_new(object, "signal", json_integer(thread->signal_number));
	return object;
}

static void set_times(json_t *object, const struct thread *thread)
{
	const uint64_t *state_ns = thread->state_ns;
	uint64_t ready_ns = state_ns[STATE_READY] + state_ns[STATE_NEW];

	json_object_set_new(object, "running_ns",
			    json_integer((json_int_t)state_ns[STATE_RUNNING]));
	json_object_set_new(object, "ready_ns", json_integer((json_int_t)ready_ns));
	json_object_set_new(object, "blocked_ns",
			    json_integer((json_int_t)state_ns[STATE_BLOCKED]));
	json_object_set_new(object, "unknown_ns",
			    json_integer((json_int_t)state_ns[STATE_UNKNOWN]));
	json_object_set_new(
	    object, "life_ns",
	    json_integer((json_int_t)(state_ns[STATE_RUNNING] + ready_ns + state_ns[STATE_BLOCKED] +
				      state_ns[STATE_UNKNOWN])));
}

static json_t *books_object(const struct thread *thread, const struct ev_books *books)
{
	if (!thread->has_books)
		return json_null();
	return json_pack("{s:I, s:I, s:I, s:I}", "running_ns", (json_int_t)books->running_ns, "ready_ns",
			 (json_int_t)books->ready_ns, "voluntary_switches", (json_int_t)books->voluntary,
			 "involuntary_switches", (json_int_t)books->involuntary);
}

/* What the kernel's own books grew by between two of its records of the thread, beside what was counted meanwhile. */
static void set_books(json_t *object, const struct thread *thread)
{
	const struct ev_books *first = &thread->books_first, *last = &thread->books_last;
	const struct ev_books grown = {
		.running_ns = last->running_ns - first->running_ns,
		.ready_ns = last->ready_ns - first->ready_ns,
		.voluntary = last->voluntary - first->voluntary,
		.involuntary = last->involuntary - first->involuntary,
	};

	json_object_set_new(object, "kernel_books", books_object(thread, &grown));
	json_object_set_new(object, "counted", books_object(thread, &thread->counted));
}

static json_t *thread_report(const struct model *model, const struct thread *thread)
{
	json_t *object = thread_head(thread);

	if (!object)
		return NULL;
	json_object_set_new(object, "state", json_string(thread_state_token(thread->state)));
	json_object_set_new(object, "there_before", json_boolean(thread_there_before(model, thread)));
	set_times(object, thread);
	json_object_set_new(object, "voluntary_switches",
			    json_integer((json_int_t)thread->voluntary));
	json_object_set_new(object, "involuntary_switches",
			    json_integer((json_int_t)thread->involuntary));
	json_object_set_new(object, "migrations", json_integer((json_int_t)thread->migrations));
	json_object_set_new(object, "wakeups", json_integer((json_int_t)thread->wakeups));
	json_object_set_new(object, "waker_tid", json_tid(thread->waker_tid));
	json_object_set_new(object, "ready_delay", delays_object(&thread->delays));
	json_object_set_new(object, "waits", waits_array(thread));
	set_books(object, thread);
	json_object_set_new(object, "daemon", daemon_value(thread->daemon));
	json_object_set_new(object, "incomplete", json_boolean(thread->gap));
	return object;
}

static json_t *thread_lineage(const struct model *model, const struct thread *thread)
{
	json_t *object = thread_head(thread);

	(void)model;
	if (!object)
		return NULL;
	/* null: its creation was not seen; an empty list: it was, and nothing was shared */
	json_object_set_new(object, "clone_flags",
			    thread->born ? json_clone_flags(thread->clone_flags) : json_null());
	return object;
}

static double mean(uint64_t total_ns, uint64_t counted_ns)
{
	return counted_ns ? (double)total_ns / (double)counted_ns : 0;
}

static json_t *process_lineage(const struct model *model, const struct process *process)
{
	json_t *object = json_pack("{s:I, s:o, s:o, s:b, s:I}", "pid", (json_int_t)process->pid,
				   "parent_pid", json_tid(process->parent_pid), "name",
				   json_name(process->name, sizeof(process->name)), "ended",
				   process->ended, "execs", (json_int_t)process->execs);

	(void)model;
	json_set_exit(object, process->ended && process->code_known, process->exit_code);
	return object;
}

static json_t *process_report(const struct model *model, const struct process *process)
{
	json_t *object = process_lineage(model, process);
	uint64_t age_ns = process_age_ns(model, process);

	if (!object)
		return NULL;
	json_object_set_new(object, "age_ns", age_ns ? json_integer((json_int_t)age_ns) : json_null());
	json_object_set_new(object, "threads_seen",
			    json_integer((json_int_t)process->threads_seen));
	json_object_set_new(object, "alive_max", json_integer(process->alive_max));
	json_object_set_new(object, "alive_mean",
			    json_real(mean(process->alive_ns, process->counted_ns)));
	json_object_set_new(object, "ready_max", json_integer(process_ready_most(process)));
	json_object_set_new(object, "ready_mean",
			    json_real(mean(process->ready_ns, process->counted_ns)));
	json_object_set_new(object, "on_cpu_max", json_integer(process_on_cpu_most(model, process)));
	json_object_set_new(object, "on_cpu_mean",
			    json_real(mean(process->on_cpu_ns, process->counted_ns)));
	return object;
}

static json_t *lost_kinds(const struct model *model)
{
	json_t *object = json_object();

	for (unsigned int kind = 0; kind < REC_KIND_END; kind++)
		if (model->lost_of[kind])
			json_object_set_new(object, kind ? record_token(kind) : "unknown",
					    json_integer((json_int_t)model->lost_of[kind]));
	return object;
}

static json_t *model_head(const struct model *model)
{
	const char *source = model->begin.source == BEGIN_SOURCE_PROCFS ? "procfs" : "bpf";

	json_t *head = json_pack("{s:i, s:s, s:I, s:i}", "version", 2, "source", source, "duration_ns",
				 (json_int_t)(model->now_ns - model->first_ns), "cpus", (int)model->begin.cpus);

	json_set_losses(head, model);
	json_object_set_new(head, "lost_kinds", lost_kinds(model));
	json_object_set_new(head, "forgotten_threads", json_integer((json_int_t)model->forgotten_threads));
	return head;
}

static json_t *finding_object(const struct finding *finding)
{
	json_t *object = json_pack("{s:s, s:I}", "kind", finding_token(finding->kind), "pid",
				   (json_int_t)finding->process->pid);

	if (!object)
		return NULL;
	if (finding->kind == FINDING_RUNAWAY) {
		json_object_set_new(object, "created", json_integer((json_int_t)finding->created));
		json_object_set_new(object, "alive", json_integer((json_int_t)finding->alive));
		return object;
	}
	json_object_set_new(object, "tid", json_integer(finding->thread->tid));
	json_object_set_new(object, "wait", json_string(wait_kind_token(finding->wait)));
	if (finding->other)
		json_object_set_new(object, "other_tid", json_integer(finding->other->tid));
	return object;
}

/* model_head() and what the threads left untidy. */
static json_t *report_head(const struct model *model)
{
	json_t *head = model_head(model), *list = json_array();
	struct hygiene hygiene;
	int error = hygiene_find(&hygiene, model);

	for (size_t i = 0; i < hygiene.count; i++)
		json_array_append_new(list, finding_object(&hygiene.list[i]));
	hygiene_free(&hygiene);
	if (error || !head) {
		json_decref(head);
		json_decref(list);
		return NULL;
	}
	json_object_set_new(head, "hygiene", list);
	return head;
}

static int write_model(const struct model *model, FILE *out, json_t *(*head)(const struct model *model),
		       json_t *(*process_value)(const struct model *model, const struct process *process),
		       json_t *(*thread_value)(const struct model *model, const struct thread *thread))
{
	struct json_frame frame;

	frame_open(&frame, out);
	frame_begin(&frame, head(model), "processes");
	process_for_each (model, process) {
		frame_separate(&frame);
		frame_begin(&frame, process_value(model, process), "threads");
		thread_for_each (process, thread)
			frame_item(&frame, thread_value(model, thread));
		frame_end(&frame);
	}
	frame_end(&frame);
	return frame_close(&frame);
}

int json_write_report(const struct model *model, FILE *out)
{
	return write_model(model, out, report_head, process_report, thread_report);
}

int json_write_tree(const struct model *model, FILE *out)
{
	return write_model(model, out, model_head, process_lineage, thread_lineage);
}

int json_write_checks(const struct json_check *checks, size_t count, bool good, FILE *out)
{
	struct json_frame frame;

	frame_open(&frame, out);
	frame_begin(&frame, json_pack("{s:i, s:b}", "version", 1, "good", good), "features");
	for (size_t i = 0; i < count; i++)
		frame_item(&frame,
			   json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?}", "name", checks[i].name,
				     "what", checks[i].what, "needed_by", checks[i].needed_by,
				     "state", checks[i].state, "detail", checks[i].detail, "remedy",
				     checks[i].remedy));
	frame_end(&frame);
	return frame_close(&frame);
}
