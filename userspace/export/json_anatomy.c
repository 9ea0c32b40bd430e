// SPDX-License-Identifier: GPL-2.0-only
/* What was read of threads at one moment: sharing (share) and one thread's anatomy (thread). */
#include "userspace/export/json.h"
#include "userspace/export/json_private.h"

#include <errno.h>
#include <string.h>

#define SET(object, key, value) json_object_set_new((object), (key), (value))
#define NUMBER(value)		json_integer((json_int_t)(value))

static json_t *number_or_null(bool known, uint64_t value)
{
	return known ? NUMBER(value) : json_null();
}

/* The numbers of the signals in a set. */
static json_t *signals_array(bool known, uint64_t set)
{
	json_t *array = known ? json_array() : json_null();

	for (int number = 1; known && number <= 64; number++)
		if (set & 1ull << (number - 1))
			json_array_append_new(array, json_integer(number));
	return array;
}

static json_t *stack_range(const struct ev_task_own *own, const struct ev_task_registers *registers)
{
	bool known = own && own->head.flags & OWN_F_STACK, placed;
	json_t *object;

	if (!known)
		return json_null();
	placed = registers && registers->sp >= own->stack_low && registers->sp <= own->stack_high;
	object = json_pack("{s:I, s:I, s:b}", "low", (json_int_t)own->stack_low, "high", (json_int_t)own->stack_high,
			   "main", own->head.flags & OWN_F_MAIN_STACK);
	SET(object, "used_bytes", number_or_null(placed, placed ? own->stack_high - registers->sp : 0));
	SET(object, "touched_bytes", number_or_null(own->head.flags & OWN_F_TOUCHED, own->stack_touched_bytes));
	SET(object, "guard_bytes", number_or_null(own->head.flags & OWN_F_GUARD, own->guard_bytes));
	return object;
}

static json_t *registers_object(const struct ev_task_registers *registers)
{
	json_t *object;

	if (!registers || !(registers->head.flags & REGISTERS_F_GENERAL))
		return json_null();
	object = json_object();
#define X(name) SET(object, "r" #name, NUMBER(registers->name));
	X(ax) X(bx) X(cx) X(dx) X(si) X(di) X(bp)
#undef X
#define X(name) SET(object, #name, NUMBER(registers->name));
	X(r8) X(r9) X(r10) X(r11) X(r12) X(r13) X(r14) X(r15) X(flags)
#undef X
	return object;
}

/* What a thread has for itself, into an object. */
static void set_own(json_t *object, const struct anatomy *anatomy)
{
	const struct ev_task_registers *registers = anatomy->registers;
	const struct ev_task_own *own = anatomy->own;
	bool signals = own && own->head.flags & OWN_F_SIGNALS, scheduling = own && own->head.flags & OWN_F_SCHEDULING;

	SET(object, "ip", number_or_null(registers && registers->ip, registers ? registers->ip : 0));
	SET(object, "sp", number_or_null(registers && registers->sp, registers ? registers->sp : 0));
	SET(object, "tls_base",
	    number_or_null(registers && registers->head.flags & REGISTERS_F_BASES, registers ? registers->fs_base : 0));
	SET(object, "stack", stack_range(own, registers));
	SET(object, "signals_blocked", signals_array(signals, own ? own->signals_blocked : 0));
	SET(object, "signals_pending", signals_array(signals, own ? own->signals_pending : 0));
	SET(object, "cpus", own ? json_text(own->cpus, sizeof(own->cpus)) : json_null());
	SET(object, "policy", number_or_null(scheduling, own ? own->policy : 0));
	SET(object, "rt_priority", number_or_null(scheduling, own ? own->rt_priority : 0));
	SET(object, "nice", scheduling ? json_integer(own->nice) : json_null());
}

/* --- share -------------------------------------------------------------------------------------------------- */

static json_t *task_object(const struct thread *thread)
{
	json_t *object = json_pack("{s:I, s:I, s:o, s:o}", "pid", (json_int_t)thread->process->pid, "tid",
				   (json_int_t)thread->tid, "name", json_thread_name(thread), "kcmp_error",
				   json_tid(thread->anatomy.share->kcmp_error));

	if (object)
		set_own(object, &thread->anatomy);
	return object;
}

/* Adds a tid to the group of its id; groups[] holds them in order of their ids. */
static void add_to_group(json_t *groups, json_t *index, uint32_t id, uint32_t tid)
{
	char key[16];
	json_t *group;

	snprintf(key, sizeof(key), "%u", id);
	group = json_object_get(index, key);
	if (!group) {
		group = json_array();
		json_array_append(groups, group);
		json_object_set_new(index, key, group);
	}
	json_array_append_new(group, json_integer(tid));
}

static json_t *resource_object(const struct model *model, size_t resource, const char *key)
{
	json_t *groups = json_array(), *none = json_array(), *unknown = json_array(), *index = json_object();

	process_for_each (model, process)
		thread_for_each (process, thread) {
			uint32_t id = thread->anatomy.share ? thread->anatomy.share->id[resource] : SHARE_UNKNOWN;

			if (!thread->anatomy.share)
				continue;
			if (id == SHARE_NONE || id == SHARE_UNKNOWN)
				json_array_append_new(id == SHARE_NONE ? none : unknown, json_integer(thread->tid));
			else
				add_to_group(groups, index, id, thread->tid);
		}
	json_decref(index);
	return json_pack("{s:s, s:o, s:o, s:o}", "key", key, "groups", groups, "none", none, "unknown", unknown);
}

static json_t *resources_array(const struct model *model)
{
	json_t *array = json_array();

#define X(number, token, text) json_array_append_new(array, resource_object(model, number, #token));
	SHARE_RESOURCES(X)
#undef X
	return array;
}

static json_t *links_array(const struct model *model)
{
	json_t *array = json_array();

	for (size_t i = 0; i < model->links_count; i++) {
		const struct ev_share_link *link = &model->links[i];
		bool file = link->kind == SHARE_LINK_FILE;

		json_array_append_new(array, json_pack("{s:s, s:I, s:I, s:o, s:o, s:o, s:o}", "kind",
						       file ? "file" : "memory", "pid", (json_int_t)link->pid,
						       "other_pid", (json_int_t)link->other_pid, "fd",
						       number_or_null(file, link->fd), "other_fd",
						       number_or_null(file, link->other_fd), "bytes",
						       number_or_null(!file, link->bytes), "name",
						       json_text(link->name, sizeof(link->name))));
	}
	return array;
}

static json_t *memory_array(const struct model *model)
{
	json_t *array = json_array();

	process_for_each (model, process) {
		const struct ev_process_memory *memory = process->memory;

		if (memory)
			json_array_append_new(
			    array, json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "pid", (json_int_t)memory->pid,
					     "resident_bytes", (json_int_t)memory->resident_bytes, "proportional_bytes",
					     (json_int_t)memory->proportional_bytes, "private_bytes",
					     (json_int_t)memory->private_bytes, "shared_bytes",
					     (json_int_t)memory->shared_bytes, "swap_bytes",
					     (json_int_t)memory->swap_bytes));
	}
	return array;
}

static const char *source_token(const struct model *model)
{
	return model->begin.source == BEGIN_SOURCE_PROCFS ? "procfs" : "bpf";
}

static json_t *share_head(const struct model *model)
{
	json_t *head = json_pack("{s:i, s:s, s:o, s:o, s:o}", "version", 1, "source", source_token(model), "resources",
				 resources_array(model), "links", links_array(model), "memory", memory_array(model));

	json_set_losses(head, model);
	return head;
}

int json_write_share(const struct model *model, FILE *out)
{
	struct json_frame frame;

	frame_open(&frame, out);
	frame_begin(&frame, share_head(model), "tasks");
	process_for_each (model, process)
		thread_for_each (process, thread)
			if (thread->anatomy.share)
				frame_item(&frame, task_object(thread));
	frame_end(&frame);
	return frame_close(&frame);
}

/* --- thread ------------------------------------------------------------------------------------------------- */

static json_t *wait_object(const struct model *model, const struct thread *thread)
{
	const struct wait *wait = &thread->wait;
	bool since = wait->since_ns && wait->since_ns <= model->now_ns;

	if (thread->state != STATE_BLOCKED)
		return json_null();
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:s}", "kind", wait_kind_token(wait->kind), "on_tid",
			 json_tid(wait->on_tid ? wait->on_tid : wait->on ? wait->on->tid : 0), "address",
			 number_or_null(wait->address, wait->address), "since_ns", number_or_null(since, wait->since_ns),
			 "waited_ns", number_or_null(since, model->now_ns - wait->since_ns), "evidence",
			 evidence_token(wait->evidence));
}

static json_t *calls_array(const struct anatomy *anatomy)
{
	json_t *array = json_array();

	for (size_t i = 0; i < anatomy->calls_count; i++)
		json_array_append_new(array, json_call(&anatomy->calls[i]));
	return array;
}

/* Does the last frame end the stack, or was the rest not to be read? */
static bool is_whole(const struct anatomy *anatomy)
{
	return anatomy->calls_count && anatomy->calls[anatomy->calls_count - 1].flags & FRAME_F_OUTERMOST;
}

int json_write_thread(const struct model *model, const struct thread *thread, FILE *out)
{
	const struct anatomy *anatomy = &thread->anatomy;
	json_t *object;

	json_begin();
	object = json_pack(
	    "{s:i, s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:s, s:o, s:o}", "version", 1, "source", source_token(model),
	    "pid", (json_int_t)thread->process->pid, "tid", (json_int_t)thread->tid, "ns_tid", json_tid(thread->ns_tid),
	    "name", json_thread_name(thread), "creator_tid", json_tid(thread->creator_tid), "daemon",
	    thread->daemon < 0 ? json_null() : json_boolean(thread->daemon), "state",
	    thread_state_token(thread->state), "wait", wait_object(model, thread), "waker_tid",
	    json_tid(thread->waker_tid));
	json_set_losses(object, model);
	SET(object, "created_at", json_created_at(thread));
	SET(object, "created_at_unknown", json_created_unknown(thread->created_unknown));
	SET(object, "kernel_thread", json_boolean(thread->kernel_thread));
	set_own(object, anatomy);
	SET(object, "registers", registers_object(anatomy->registers));
	SET(object, "calls", calls_array(anatomy));
	SET(object, "calls_whole", json_boolean(is_whole(anatomy)));
	return json_finish(object, JSON_COMPACT, out);
}
