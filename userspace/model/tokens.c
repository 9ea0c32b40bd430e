/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The names of the model's values, for programs (tokens: stable, as in JSON) and for people (words).
 */
#include "userspace/model/model.h"

struct naming {
	const char *token, *word;
};

static const struct naming states[STATE_COUNT] = {
	[STATE_UNKNOWN] = {"unknown", "Unknown"},
	[STATE_NEW] = {"new", "New"},
	[STATE_READY] = {"ready", "Ready"},
	[STATE_RUNNING] = {"running", "Running"},
	[STATE_BLOCKED] = {"blocked", "Blocked"},
	[STATE_TERMINATED] = {"terminated", "Terminated"},
};

static const struct naming kinds[WAIT_KIND_COUNT] = {
	[WAIT_UNKNOWN] = {"unknown", "unknown"},
	[WAIT_JOIN] = {"join", "join"},
	[WAIT_MUTEX] = {"mutex", "mutex"},
	[WAIT_FUTEX] = {"futex", "lock, condition or semaphore"},
	[WAIT_PI_MUTEX] = {"pi_mutex", "priority-inheriting mutex"},
	[WAIT_SLEEP] = {"sleep", "sleep"},
	[WAIT_POLL] = {"poll", "poll"},
	[WAIT_READ] = {"read", "read"},
	[WAIT_WRITE] = {"write", "write"},
	[WAIT_ACCEPT] = {"accept", "accept"},
	[WAIT_CONNECT] = {"connect", "connect"},
	[WAIT_RECV] = {"recv", "receive"},
	[WAIT_SEND] = {"send", "send"},
	[WAIT_PIPE] = {"pipe", "pipe"},
	[WAIT_FILE_LOCK] = {"file_lock", "file lock"},
	[WAIT_CHILD] = {"child", "child process"},
	[WAIT_SIGNAL] = {"signal", "signal"},
	[WAIT_DISK] = {"disk", "disk"},
	[WAIT_UNINTERRUPTIBLE] = {"uninterruptible", "uninterruptible"},
	[WAIT_FAULT] = {"fault", "page fault"},
	[WAIT_STOPPED] = {"stopped", "stopped"},
	[WAIT_TRACED] = {"traced", "traced"},
	[WAIT_VFORK] = {"vfork", "vfork"},
	[WAIT_KERNEL] = {"kernel", "kernel, idle"},
	[WAIT_SYSCALL] = {"syscall", "system call"},
	[WAIT_IPC] = {"ipc", "message queue or semaphore"},
	[WAIT_IO_URING] = {"io_uring", "io_uring"},
	[WAIT_LOCK] = {"lock", "lock"},
	[WAIT_RLOCK] = {"rlock", "re-entrant lock"},
	[WAIT_CONDITION] = {"condition", "condition"},
	[WAIT_SEMAPHORE] = {"semaphore", "semaphore"},
	[WAIT_EVENT] = {"event", "event"},
	[WAIT_BARRIER] = {"barrier", "barrier"},
	[WAIT_QUEUE_PUT] = {"queue_put", "full queue"},
	[WAIT_QUEUE_GET] = {"queue_get", "empty queue"},
	[WAIT_QUEUE_JOIN] = {"queue_join", "queue join"},
	[WAIT_TIMER] = {"timer", "timer"},
	[WAIT_SHUTDOWN] = {"shutdown", "shutdown join"},
	[WAIT_RWLOCK] = {"rwlock", "read-write lock"},
};

static const char *const evidences[EVIDENCE_COUNT] = {
	[EVIDENCE_UNKNOWN] = "unknown",
	[EVIDENCE_KERNEL] = "kernel",
	[EVIDENCE_MEMORY] = "memory",
	[EVIDENCE_LIBRARY] = "library",
	[EVIDENCE_HISTORY] = "history",
};

static const struct naming ends[END_COUNT] = {
	[END_ALIVE] = {"alive", "alive"},
	[END_RETURNED] = {"returned", "returned"},
	[END_SIGNAL] = {"signal", "killed by a signal"},
	[END_TORN_DOWN] = {"torn_down", "torn down with its process"},
	[END_EXEC] = {"exec", "replaced by exec"},
	[END_UNSEEN] = {"unseen", "gone, its end was not seen"},
};

static const struct naming created_unknowns[CREATED_UNKNOWN_COUNT] = {
	[CREATED_NOT_TOLD] = {"not_told", ""},
	[CREATED_GONE] = {"gone", "program gone"},
	[CREATED_STACK] = {"stack", "stack unclear"},
	[CREATED_MANY] = {"many", "too many"},
	[CREATED_32_BIT] = {"32_bit", "32-bit"},
	[CREATED_NO_RIGHT] = {"no_right", "no right"},
};

const char *thread_state_token(enum thread_state state)
{
	return states[state].token;
}

const char *thread_state_word(enum thread_state state)
{
	return states[state].word;
}

const char *wait_kind_token(enum wait_kind kind)
{
	return kinds[kind].token;
}

const char *wait_kind_word(enum wait_kind kind)
{
	return kinds[kind].word;
}

const char *evidence_token(enum evidence evidence)
{
	return evidences[evidence];
}

const char *created_unknown_token(enum created_unknown why)
{
	return created_unknowns[why].token;
}

const char *created_unknown_word(enum created_unknown why)
{
	return created_unknowns[why].word;
}

const char *thread_end_token(enum thread_end end)
{
	return ends[end].token;
}

const char *thread_end_word(enum thread_end end)
{
	return ends[end].word;
}
