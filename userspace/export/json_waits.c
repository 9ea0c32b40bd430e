// SPDX-License-Identifier: GPL-2.0-only
/* The waits of this moment and the deadlocks among them. */
#include "userspace/export/json.h"
#include "userspace/export/json_private.h"

#include <errno.h>
#include <string.h>
#include "userspace/model/graph.h"

static json_t *number_or_null(uint64_t number)
{
	return number ? json_integer((json_int_t)number) : json_null();
}

static json_t *stack_array(const struct thread *thread)
{
	const struct anatomy *anatomy = &thread->anatomy;
	json_t *stack = json_array();

	for (size_t i = 0; i < anatomy->calls_count && anatomy_stack_holds(thread); i++)
		json_array_append_new(stack, json_call(&anatomy->calls[i]));
	return stack;
}

static json_t *traits_array(uint32_t traits)
{
	static const struct {
		uint32_t trait;
		const char *token;
	} tokens[] = {
	    {LOCK_RECURSIVE, "recursive"}, {LOCK_ERRORCHECK, "errorcheck"}, {LOCK_ADAPTIVE, "adaptive"},
	    {LOCK_ROBUST, "robust"},	   {LOCK_SHARED, "process_shared"}, {LOCK_STREAM, "stream"},
	    {LOCK_TO_READ, "to_read"},
	};
	json_t *array = json_array();

	for (size_t i = 0; i < sizeof(tokens) / sizeof(*tokens); i++)
		if (traits & tokens[i].trait)
			json_array_append_new(array, json_string(tokens[i].token));
	return array;
}

static json_t *wait_object(const struct graph_node *node, uint64_t now_ns)
{
	const struct wait *wait = &node->thread->wait;
	uint64_t waited_ns = wait->since_ns && wait->since_ns <= now_ns ? now_ns - wait->since_ns : 0;
	uint32_t on_tid = node->on ? node->on->tid : wait->on_tid;
	const char *name = model_file_name(node->thread);
	json_t *object =
	    json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:s}", "kind", wait_kind_token(wait->kind),
		      "on_tid", json_tid(on_tid), "on_pid",
		      json_tid(node->on ? node->on->process->pid : 0), "address",
		      number_or_null(wait->address), "since_ns", number_or_null(wait->since_ns),
		      "waited_ns", wait->since_ns ? json_integer((json_int_t)waited_ns) : json_null(),
		      "evidence", evidence_token(node->evidence));

	json_object_set_new(object, "halted", wait->halt ? json_string(wait_kind_token(wait->halt)) : json_null());
	json_object_set_new(object, "any_thread", json_boolean(wait->any_thread));
	json_object_set_new(object, "timed", json_boolean(wait->timed));
	json_object_set_new(object, "owner_ended", json_boolean(wait->owner_ended));
	json_object_set_new(object, "holders", number_or_null(wait->holders));
	json_object_set_new(object, "traits", traits_array(wait->traits));
	json_object_set_new(object, "file", name && *name ? json_name(name, strlen(name)) : json_null());
	json_object_set_new(object, "stack", stack_array(node->thread));
	return object;
}

static json_t *thread_object(const struct graph_node *node, uint64_t now_ns)
{
	const struct thread *thread = node->thread;
	bool blocked = thread->state == STATE_BLOCKED;

	return json_pack("{s:I, s:o, s:s, s:b, s:I, s:o}", "tid", (json_int_t)thread->tid, "name",
			 json_thread_name(thread), "state", thread_state_token(thread->state), "stuck",
			 node->stuck, "behind", (json_int_t)node->behind, "wait",
			 blocked ? wait_object(node, now_ns) : json_null());
}

static json_t *deadlocks_array(const struct graph *graph)
{
	json_t *array = json_array();

	for (size_t i = 0; i < graph->deadlocks_count; i++) {
		const struct graph_knot *knot = &graph->knots[i];
		json_t *tids = json_array(), *kinds = json_array();

		for (size_t j = 0; j < knot->count; j++) {
			const struct thread *thread = knot->members[j]->thread;

			json_array_append_new(tids, json_integer(thread->tid));
			json_array_append_new(kinds, json_string(wait_kind_token(thread->wait.kind)));
		}
		json_array_append_new(array, json_pack("{s:o, s:o, s:o}", "tids", tids, "kinds", kinds,
						       "since_ns", number_or_null(knot->since_ns)));
	}
	return array;
}

static json_t *head(const struct model *model, const struct graph *graph)
{
	const char *source = model->begin.source == BEGIN_SOURCE_PROCFS ? "procfs" : "bpf";

	json_t *head = json_pack("{s:i, s:s, s:I, s:o}", "version", 1, "source", source, "now_ns",
				 (json_int_t)model->now_ns, "deadlocks", deadlocks_array(graph));

	json_set_losses(head, model);
	return head;
}

int json_write_waits(const struct model *model, FILE *out)
{
	struct json_frame frame;
	struct graph graph;
	int error = graph_build(&graph, model);

	if (error)
		return error;
	frame_open(&frame, out);
	frame_begin(&frame, head(model, &graph), "processes");
	for (size_t i = 0; i < graph.groups_count; i++) {
		const struct graph_group *group = &graph.groups[i];

		frame_separate(&frame);
		frame_begin(&frame,
			    json_pack("{s:I, s:o}", "pid", (json_int_t)group->process->pid, "name",
				      json_name(group->process->name, sizeof(group->process->name))),
			    "threads");
		for (size_t j = 0; j < group->count; j++)
			frame_item(&frame, thread_object(&group->nodes[j], model->now_ns));
		frame_end(&frame);
	}
	frame_end(&frame);
	graph_free(&graph);
	return frame_close(&frame);
}
