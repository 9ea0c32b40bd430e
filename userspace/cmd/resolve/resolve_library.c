// SPDX-License-Identifier: GPL-2.0-only
/* What libthrace's registry in a target tells: names, who is a daemon, and what its threads wait for. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "userspace/cmd/resolve/resolve_private.h"
#include "userspace/enrich/library.h"
#include "userspace/enrich/memory.h"
#include "userspace/enrich/registry.h"
#include "userspace/util/shortage.h"

#define OWNER_OFFSET 8 /* from a lock's address to its owner's tid (thrace/registry.h) */
#define NONE	     1 /* in session->libraries: it was looked for and not found */
#define KNOWN_MAX    65536
#define YOUNG_NS     2000000000ull /* a process may map the library so long after its beginning */

static int tell_name(struct session *session, const struct thread *thread, const struct thr_slot *slot)
{
	struct ev_thread_name name = {
		.head = {.ts_ns = session->model->now_ns, .size = sizeof(name), .kind = REC_thread_name},
		.tid = thread->tid,
		.pid = thread->process->pid,
		.uid = slot->uid,
		.daemon = !!(slot->flags & THR_SLOT_DAEMON),
	};
	size_t length = strnlen(slot->name, sizeof(name.name) - 1);

	memcpy(name.name, slot->name, length);
	if (thread->library_uid == slot->uid && thread->daemon == (int)name.daemon && thread->full_name &&
	    !strcmp(thread->full_name, name.name))
		return 0;
	return session_take(session, &name, sizeof(name));
}

static uint32_t what_for(uint32_t wait_kind)
{
	static const uint32_t kinds[] = {
		[THR_WAIT_join] = RESOLVED_JOIN,	   [THR_WAIT_lock] = RESOLVED_LOCK,
		[THR_WAIT_rlock] = RESOLVED_RLOCK,	   [THR_WAIT_condition] = RESOLVED_CONDITION,
		[THR_WAIT_semaphore] = RESOLVED_SEMAPHORE, [THR_WAIT_event] = RESOLVED_EVENT,
		[THR_WAIT_barrier] = RESOLVED_BARRIER,	   [THR_WAIT_queue_put] = RESOLVED_QUEUE_PUT,
		[THR_WAIT_queue_get] = RESOLVED_QUEUE_GET, [THR_WAIT_queue_join] = RESOLVED_QUEUE_JOIN,
		[THR_WAIT_timer] = RESOLVED_TIMER,	   [THR_WAIT_shutdown] = RESOLVED_SHUTDOWN,
		[THR_WAIT_sleep] = RESOLVED_SLEEP,
	};

	return wait_kind < sizeof(kinds) / sizeof(*kinds) ? kinds[wait_kind] : RESOLVED_SAME;
}

static bool is_lock(enum wait_kind kind)
{
	return kind == WAIT_LOCK || kind == WAIT_RLOCK;
}

static void set_on(struct ev_wait_resolved *resolved, const struct thread *on)
{
	resolved->on_tid = on ? on->tid : 0;
	resolved->on_pid = on ? on->process->pid : 0;
}

/* The owner that stands in the lock now; NULL: it is being handed over. */
static const struct thread *lock_owner(const struct model *model, const struct thread *thread, uint64_t lock)
{
	uint32_t owner = 0;

	if (memory_read(thread->process->pid, lock + OWNER_OFFSET, &owner, sizeof(owner)) || !owner)
		return NULL;
	return resolve_peer(model, thread->process, owner);
}

void resolve_owned(const struct model *model, const struct thread *thread, struct ev_wait_resolved *resolved)
{
	if (is_lock(thread->wait.kind))
		set_on(resolved, lock_owner(model, thread, resolved->address));
}

static int tell_wait(struct session *session, const struct registry *registry, const struct thread *thread,
		     const struct thr_slot *slot)
{
	const struct thr_slot *target = registry_thread(registry, slot->wait_target_uid);
	const struct model *model = session->model;
	struct ev_wait_resolved resolved;
	uint32_t what = what_for(slot->wait_kind);

	if (what == RESOLVED_SAME || thread->state != STATE_BLOCKED || slot->wait_since_ns > model->now_ns ||
	    (thread->wait.kind == WAIT_JOIN && thread->wait.evidence == EVIDENCE_KERNEL))
		return 0; /* nothing, or less than the kernel says */
	resolve_begin(model, thread, &resolved);
	resolved.what = what;
	resolved.evidence = RESOLVED_BY_LIBRARY;
	resolved.address = slot->wait_object;
	resolved.since_ns = slot->wait_since_ns;
	resolved.traits = resolved.holders = 0;
	resolved.head.flags = slot->wait_deadline_ns == UINT64_MAX ? 0 : RESOLVED_F_TIMED;
	if (slot->wait_kind == THR_WAIT_lock || slot->wait_kind == THR_WAIT_rlock)
		set_on(&resolved, lock_owner(model, thread, slot->wait_object));
	else
		set_on(&resolved, target ? resolve_peer(model, thread->process, target->tid) : NULL);
	return resolve_tell(session, thread, &resolved);
}

static int tell_threads(struct session *session, const struct process *process, const struct registry *registry)
{
	size_t most = 2 * process->threads_count + 64; /* more threads than there are is no library's word */
	int error = 0;

	for (size_t i = 0; !error && most && i < registry->count; i++) {
		const struct thr_slot *slot = &registry->slots[i];
		const struct thread *thread = NULL;

		if (slot->state == THR_SLOT_STARTED && slot->tid) {
			thread = resolve_peer(session->model, process, slot->tid);
			most--;
		}
		if (!thread)
			continue;
		error = tell_name(session, thread, slot);
		if (!error)
			error = tell_wait(session, registry, thread, slot);
	}
	return error;
}

/* For want of something, what a library knows is missing from what is shown: said at the end. */
static void note_shortage(struct session *session, const struct process *process, int error)
{
	if (!is_shortage(error) || session->library_error)
		return;
	session->library_error = error;
	session->library_pid = process->pid;
}

/* It may have a registry later. */
static bool is_young(const struct model *model, const struct process *process)
{
	return model->now_ns - process->first_ns < YOUNG_NS && process->first_ns > model->first_ns;
}

/* Where the process's registry is; 0: it has none. Found once for each program that a process runs. */
static uint64_t find_registry(struct session *session, const struct process *process)
{
	uint64_t key = (process->serial + 1) << 16 | (process->execs & 0xffff), address = 0;
	uintptr_t known = (uintptr_t)map_get(&session->libraries, key);
	int error;

	if (known)
		return known == NONE ? 0 : known;
	error = library_find(process->pid, &address);
	note_shortage(session, process, error);
	if (is_shortage(error))
		return 0; /* it is looked for again */
	if (error) {
		if (!session->options->target.look && is_young(session->model, process))
			return 0;
		address = 0;
	}
	if (session->libraries.used == KNOWN_MAX)
		map_clear(&session->libraries); /* whoever is still there is looked for again */
	/* Out of memory: it is looked for again. */
	(void)map_put(&session->libraries, key, (void *)(uintptr_t)(address ? address : NONE));
	return address;
}

static void say_version(struct session *session, const struct process *process, uint32_t version)
{
	if (session->version_said)
		return;
	session->version_said = true;
	fprintf(stderr,
		"thrace %s: the libthrace of process %u keeps a registry of version %u, not %u: its names and waits "
		"are told as the kernel sees them\n",
		session->command->name, process->pid, version, THR_REGISTRY_VERSION);
}

int resolve_library(struct session *session, const struct process *process)
{
	uint64_t address = find_registry(session, process);
	struct registry registry;
	int error;

	if (!address)
		return 0;
	error = registry_read(process->pid, address, &registry);
	if (error == -EPROTO)
		say_version(session, process, registry.version);
	note_shortage(session, process, error);
	/* What was read whole is told, even where the rest could not be. */
	error = tell_threads(session, process, &registry);
	registry_free(&registry);
	return error;
}

int resolve_libraries(struct session *session)
{
	int error = 0;

	process_for_each (session->model, process)
		if (!process->ended && !error)
			error = resolve_library(session, process);
	return error;
}
