// SPDX-License-Identifier: GPL-2.0-only
/*
 * A lesson's sentence, with the numbers of this run put into it: "{wait main join} of {life main}".
 * userspace/learn/README.md lists the facts. What was not seen becomes "?", never a guess.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include "userspace/cmd/learn/learn.h"
#include "userspace/ui/escape.h"
#include "userspace/ui/units.h"
#include "userspace/view/words.h"

#define FACT_BYTES NAME_BYTES

/* What a fact is about. */
struct asked {
	const struct course *course;
	const struct model *model;
	const struct process *process; /* the launched one */
	const struct thread *thread;   /* NULL: none was named, or it was not seen */
	const char *wait;	       /* a wait's kind, or several: "shutdown/futex"; NULL: none */
	char *answer;		       /* FACT_BYTES */
};

struct fact {
	const char *name;
	bool (*put)(const struct asked *asked); /* false: not seen */
	bool of_thread;
};

static bool put_text(const struct asked *asked, const char *text)
{
	snprintf(asked->answer, FACT_BYTES, "%s", text);
	return true;
}

static bool put_count(const struct asked *asked, uint64_t count)
{
	return put_text(asked, units_count(count).text);
}

static bool put_time(const struct asked *asked, uint64_t ns)
{
	return put_text(asked, units_duration(ns).text);
}

static bool threads(const struct asked *asked)
{
	return put_count(asked, asked->process->threads_seen);
}

static bool alive(const struct asked *asked)
{
	return put_count(asked, asked->process->alive_max);
}

static bool processes(const struct asked *asked)
{
	return put_count(asked, asked->model->processes_count);
}

static bool ran(const struct asked *asked)
{
	const uint64_t ns = asked->process->last_ns - asked->process->first_ns;

	/* Looked at once only. */
	return ns && put_time(asked, ns);
}

static bool on_cpu(const struct asked *asked)
{
	return put_count(asked, process_on_cpu_most(asked->model, asked->process));
}

static bool parallelism(const struct asked *asked)
{
	return put_text(asked,
			units_mean(asked->process->on_cpu_ns, asked->process->counted_ns).text);
}

static bool concurrency(const struct asked *asked)
{
	return put_text(asked,
			units_mean(asked->process->alive_ns, asked->process->counted_ns).text);
}

static bool status(const struct asked *asked)
{
	const struct course *course = asked->course;
	const int code = (int)asked->process->exit_code;

	if (!asked->process->ended || !asked->process->code_known)
		return false;
	if (WIFSIGNALED(code))
		snprintf(asked->answer, FACT_BYTES, tr(course, "killed by signal %d"),
			 WTERMSIG(code));
	else
		snprintf(asked->answer, FACT_BYTES, tr(course, "status %d"), WEXITSTATUS(code));
	return true;
}

static bool life(const struct asked *asked)
{
	return put_time(asked, thread_life_ns(asked->thread));
}

static bool running(const struct asked *asked)
{
	return put_time(asked, asked->thread->state_ns[STATE_RUNNING]);
}

static bool ready(const struct asked *asked)
{
	return put_time(asked,
			asked->thread->state_ns[STATE_READY] + asked->thread->state_ns[STATE_NEW]);
}

static bool blocked(const struct asked *asked)
{
	return put_time(asked, asked->thread->state_ns[STATE_BLOCKED]);
}

static bool switches(const struct asked *asked)
{
	return put_count(asked, asked->thread->voluntary + asked->thread->involuntary);
}

static bool tid(const struct asked *asked)
{
	snprintf(asked->answer, FACT_BYTES, "%" PRIu32, asked->thread->tid);
	return true;
}

static bool end(const struct asked *asked)
{
	static const char *const words[END_COUNT] = {
	    [END_ALIVE] = N_("is still alive"),
	    [END_RETURNED] = N_("ended by itself"),
	    [END_SIGNAL] = N_("was killed by a signal"),
	    [END_TORN_DOWN] = N_("was torn down with its process"),
	    [END_EXEC] = N_("was replaced by exec"),
	    [END_UNSEEN] = N_("is gone, how was not seen"),
	};

	return put_text(asked, tr(asked->course, words[asked->thread->end]));
}

static bool creator(const struct asked *asked)
{
	const struct text plain = {.utf8 = true};

	return asked->thread->creator &&
	       put_text(asked, thread_label(asked->thread->creator, &plain).text);
}

/* Whether a wait is of one of the kinds named: "shutdown/futex/join". */
static bool of_kind(const struct wait_total *wait, const char *kinds)
{
	const char *token = wait_kind_token(wait->kind);
	const size_t length = strlen(token);

	for (const char *at = kinds; at; at = strchr(at, '/'), at = at ? at + 1 : NULL)
		if (!strncmp(at, token, length) && (!at[length] || at[length] == '/'))
			return true;
	return false;
}

/* Waits of the kinds asked for, added up. */
static struct wait_total add_waits(const struct asked *asked)
{
	struct wait_total sum = {0};

	for (size_t i = 0; asked->wait && i < asked->thread->waits_count; i++) {
		const struct wait_total *wait = &asked->thread->waits[i];

		if (!of_kind(wait, asked->wait))
			continue;
		sum.count += wait->count;
		sum.total_ns += wait->total_ns;
		if (wait->max_ns > sum.max_ns)
			sum.max_ns = wait->max_ns;
		if (wait->on)
			sum.on = wait->on;
	}
	return sum;
}

static bool wait_time(const struct asked *asked)
{
	const struct wait_total sum = add_waits(asked);

	return sum.count && put_time(asked, sum.total_ns);
}

static bool wait_count(const struct asked *asked)
{
	const struct wait_total sum = add_waits(asked);

	return sum.count && put_count(asked, sum.count);
}

static bool wait_on(const struct asked *asked)
{
	const struct wait_total sum = add_waits(asked);
	const struct text plain = {.utf8 = true};

	return sum.on && put_text(asked, thread_label(sum.on, &plain).text);
}

static const struct fact facts[] = {
    {"threads", threads, false},
    {"alive", alive, false},
    {"processes", processes, false},
    {"ran", ran, false},
    {"on_cpu", on_cpu, false},
    {"parallelism", parallelism, false},
    {"concurrency", concurrency, false},
    {"status", status, false},
    {"life", life, true},
    {"running", running, true},
    {"ready", ready, true},
    {"blocked", blocked, true},
    {"switches", switches, true},
    {"tid", tid, true},
    {"end", end, true},
    {"creator", creator, true},
    {"wait", wait_time, true},
    {"waits", wait_count, true},
    {"on", wait_on, true},
};

static const struct process *launched(const struct model *model)
{
	process_for_each (model, process)
		if (process->launched)
			return process;
	return model->processes;
}

static bool bears(const struct thread *thread, const char *name)
{
	return !strcmp(thread->name, name) ||
	       (thread->full_name && !strcmp(thread->full_name, name));
}

/* "#2": the second thread beside main, in order of appearance. */
static const struct thread *numbered(const struct process *process, unsigned long number)
{
	thread_for_each (process, thread)
		if (thread != process->leader && !--number)
			return thread;
	return NULL;
}

/* "main", "#2", "child" (the leader of the first process that was created), or a thread's name. */
static const struct thread *named(const struct model *model, const struct process *first,
				  const char *name)
{
	if (!strcmp(name, "main"))
		return first->leader;
	if (*name == '#')
		return numbered(first, strtoul(name + 1, NULL, 10));
	process_for_each (model, process) {
		if (!strcmp(name, "child") && process != first)
			return process->leader;
		thread_for_each (process, thread)
			if (bears(thread, name))
				return thread;
	}
	return NULL;
}

/* Fills answer; false: there is no such fact, or it was not seen. */
static bool find(struct asked *asked, char *words)
{
	const char *name = strsep(&words, " "), *of = strsep(&words, " ");

	asked->wait = words;
	asked->thread = of ? named(asked->model, asked->process, of) : NULL;
	for (size_t i = 0; i < sizeof(facts) / sizeof(*facts); i++)
		if (!strcmp(facts[i].name, name))
			return (asked->thread || !facts[i].of_thread) && facts[i].put(asked);
	return false;
}

char *facts_put(const struct course *course, const struct model *model, const char *sentence,
		bool *unknown)
{
	char answer[FACT_BYTES], words[FACT_BYTES], *text = NULL;
	struct asked asked = {
	    .course = course, .model = model, .process = launched(model), .answer = answer};
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	while (*sentence) {
		const char *close = *sentence == '{' ? strchr(sentence, '}') : NULL;

		if (!close || close - sentence >= FACT_BYTES) {
			fputc(*sentence++, out);
			continue;
		}
		snprintf(words, sizeof(words), "%.*s", (int)(close - sentence - 1), sentence + 1);
		if (asked.process && find(&asked, words)) {
			fputs(answer, out);
		} else {
			fputc('?', out);
			*unknown = true;
		}
		sentence = close + 1;
	}
	return fclose(out) ? NULL : text;
}
