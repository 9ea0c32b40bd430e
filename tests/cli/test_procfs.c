/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The files of /proc, as the kernel writes them and as a stranger would like them to be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "userspace/decode/decode.h"
#include "userspace/source/procfs/procfs_file.h"
#include "userspace/source/source.h"

#define AFTER_NAME                                                                                 \
	" S 7 8 9 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 250 11 12 13 14 15 16 17 18 0 0 0 0 0 0 "  \
	"0 17 3 0 0 0 0 0 0 "                                                                      \
	"0 0 0 0 0 0 9\n"

static void test_stat(void **state)
{
	static const struct {
		const char *between, *name;
	} cases[] = {
	    {"plain", "plain"}, {"a) R 1 (b", "a) R 1 (b"},
	    {"x\ny", "x\ny"},	{"", ""},
	    {")", ")"},		{"more-than-sixteen-bytes", "more-than-sixtee"},
	};
	struct procfs_look look;
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		snprintf(text, sizeof(text), "42 (%s)%s", cases[i].between, AFTER_NAME);
		memset(&look, 0xff, sizeof(look));
		assert_int_equal(procfs_parse_stat(text, &look), 0);
		assert_memory_equal(look.name, cases[i].name, strlen(cases[i].name));
		assert_int_equal(look.letter, 'S');
		assert_int_equal(look.parent_pid, 7);
		assert_int_equal(look.cpu, 3);
		assert_int_equal(look.exit_code, 9);
		assert_int_equal(look.start_ns, 250 * (1000000000 / sysconf(_SC_CLK_TCK)));
		assert_int_equal(look.state, TASK_S_INTERRUPTIBLE);
	}
}

static void test_bad_stat(void **state)
{
	static const char *const cases[] = {"",	      "42",	      "42 (", "42 )(",
					    "42 (x)", "42 (x) S 1 2", "(\n)"};
	struct procfs_look look;
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		snprintf(text, sizeof(text), "%s", cases[i]);
		assert_int_equal(procfs_parse_stat(text, &look), -EINVAL);
	}
}

static void test_status(void **state)
{
	struct procfs_look look = {0};

	(void)state;
	assert_int_equal(
	    procfs_parse_status("Name:\tvoluntary_ctxt_switches:\\n9\nNStgid:\t100\t7\n"
				"NSpid:\t101\t8\nvoluntary_ctxt_switches:\t12\n"
				"nonvoluntary_ctxt_switches:\t3\n",
				&look),
	    0);
	assert_int_equal(look.books.voluntary, 12);
	assert_int_equal(look.books.involuntary, 3);
	assert_int_equal(look.ns_tid, 8);
	assert_int_equal(look.ns_pid, 7);
	assert_int_equal(procfs_parse_status("", &look), -EINVAL);
}

static void test_syscall(void **state)
{
	struct procfs_look look = {0};

	(void)state;
	assert_int_equal(
	    procfs_parse_syscall("202 0x7f10 0x189 0x65 0x0 0x0 0xffffffff 0x7ffc 0x7f33\n", &look),
	    0);
	assert_int_equal(look.wait.syscall, 202);
	assert_int_equal(look.wait.class, WAIT_CLASS_FUTEX);
	assert_int_equal(look.wait.address, 0x7f10);
	assert_int_equal(look.wait.op, 0x189);
	assert_int_equal(look.wait.value, 0x65);
	assert_int_equal(procfs_parse_syscall("-1 0x7ffc 0x7f33\n", &look), 0);
	assert_int_equal(look.wait.class, WAIT_CLASS_FAULT);
	assert_int_equal(procfs_parse_syscall("running\n", &look), 0);
	assert_true(look.on_cpu);
	assert_int_equal(procfs_parse_syscall("", &look), -EINVAL);
}

static void test_own_look(void **state)
{
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct procfs_look look;

	(void)state;
	assert_int_equal(procfs_look(proc, getpid(), getpid(), &look), 0);
	assert_int_equal(look.parent_pid, getppid());
	assert_int_equal(look.letter, 'R');
	assert_true(procfs_look(proc, UINT32_MAX, 1, &look) < 0);
	close(proc);
}

/* Every record that the source makes is one that the decoder takes, in time order. */
struct taken {
	uint64_t last_ns;
	unsigned int kinds[REC_KIND_END];
};

/* Looks until the process sleeps in a read of that descriptor. */
static void wait_until_reading(int proc, uint32_t pid, int fd, struct procfs_look *look)
{
	do
		assert_int_equal(procfs_look(proc, pid, pid, look), 0);
	while (look->letter != 'S' || look->on_cpu || look->wait.syscall != SYS_read || look->wait.value != (uint32_t)fd);
}

/* Another look tells what a first one does: of one that slept on, of one that has gone on to another wait, and of an
 * ended one, with its files kept open and without. */
static void look_again(bool kept_open)
{
	int proc = open("/proc", O_RDONLY | O_DIRECTORY), one[2], other[2];
	struct procfs_files files = {-1, -1};
	struct procfs_look first, again;
	uint32_t pid;
	char byte = 0;

	assert_false(pipe(one) || pipe(other));
	pid = (uint32_t)fork();
	if (!pid)
		_exit(read(one[0], &byte, 1) != 1 || read(other[0], &byte, 1) != 1);
	wait_until_reading(proc, pid, one[0], &first);
	if (kept_open)
		procfs_files_open(&files, proc, pid, pid);
	assert_true(!kept_open || (files.stat >= 0 && files.schedstat >= 0));
	assert_int_equal(procfs_look_again(proc, &files, &first, &again), 0);
	assert_int_equal(again.letter, first.letter);
	assert_int_equal(again.slices, first.slices);
	assert_int_equal(again.ns_tid, first.ns_tid);
	assert_int_equal(again.ns_pid, first.ns_pid);
	assert_memory_equal(&again.books, &first.books, sizeof(first.books));
	assert_memory_equal(&again.wait, &first.wait, sizeof(first.wait));

	assert_int_equal(write(one[1], &byte, 1), 1);
	do
		assert_int_equal(procfs_look_again(proc, &files, &first, &again), 0);
	while (again.letter != 'S' || again.on_cpu || again.wait.value != (uint32_t)other[0]);
	assert_true(again.books.voluntary > first.books.voluntary);
	assert_true(again.slices > first.slices);

	assert_int_equal(write(other[1], &byte, 1), 1);
	assert_int_equal(waitpid((pid_t)pid, NULL, 0), pid);
	assert_true(procfs_look_again(proc, &files, &again, &first) < 0);
	procfs_files_close(&files);
	for (int end = 0; end < 2; end++) {
		close(one[end]);
		close(other[end]);
	}
	close(proc);
}

static void test_look_again(void **state)
{
	(void)state;
	look_again(true);
	look_again(false);
}

static int take(void *to, const void *bytes, size_t length)
{
	struct taken *taken = to;
	struct record record;
	size_t consumed;

	assert_int_equal(decode_record(bytes, length, &record, &consumed), DECODE_RECORD);
	assert_int_equal(consumed, length);
	assert_true(record.ts_ns >= taken->last_ns);
	taken->last_ns = record.ts_ns;
	taken->kinds[record.kind]++;
	return 0;
}

/* The program lives until it was looked at twice, however long that takes: it waits for the end of its input. */
static void test_launch(void **state)
{
	char *const command[] = {"cat", NULL};
	const struct target target = {.launch = command};
	struct source_error error;
	struct source *source;
	struct taken taken = {0};
	int input[2], before = dup(STDIN_FILENO);

	(void)state;
	assert_int_equal(pipe2(input, O_CLOEXEC), 0);
	assert_int_equal(dup2(input[0], STDIN_FILENO), STDIN_FILENO);
	source = source_procfs_open(&target, 5, &error);
	assert_non_null(source);
	assert_int_equal(source->ops->start(source), 0);
	while (!source->launched_ended && taken.kinds[REC_task_sample] < 2)
		assert_true(source->ops->read(source, 1000, take, &taken) >= 0);
	assert_false(source->launched_ended);
	close(input[1]);
	while (!source->launched_ended)
		assert_true(source->ops->read(source, 1000, take, &taken) >= 0);
	close(input[0]);
	dup2(before, STDIN_FILENO);
	close(before);
	assert_int_equal(source->launched_status, 0);
	source->ops->stop(source);
	assert_true(source->ops->read(source, 0, take, &taken) > 0);
	assert_int_equal(source->ops->read(source, 0, take, &taken), -ENODATA);
	assert_int_equal(taken.kinds[REC_begin], 1);
	assert_int_equal(taken.kinds[REC_launch], 1);
	assert_int_equal(taken.kinds[REC_task_snapshot], 1);
	assert_int_equal(taken.kinds[REC_sched_process_exit], 1);
	assert_int_equal(taken.kinds[REC_end], 1);
	source->ops->close(source);
}

static void test_cannot_launch(void **state)
{
	char *const command[] = {"/no/such/program", NULL};
	const struct target target = {.launch = command};
	struct source_error error;
	struct source *source = source_procfs_open(&target, 5, &error);

	(void)state;
	assert_non_null(source);
	assert_int_equal(source->ops->start(source), -ENOENT);
	source->ops->close(source);
}

static void test_no_process(void **state)
{
	const uint32_t pid = 4194304;
	const struct target target = {.pids = &pid, .pids_count = 1};
	struct source_error error = {0};

	(void)state;
	assert_null(source_procfs_open(&target, 5, &error));
	assert_int_equal(error.status, 1);
	assert_non_null(strstr(error.text, "4194304"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_stat),	  cmocka_unit_test(test_bad_stat),
	    cmocka_unit_test(test_status),	  cmocka_unit_test(test_syscall),
	    cmocka_unit_test(test_own_look),	  cmocka_unit_test(test_look_again),
	    cmocka_unit_test(test_launch),
	    cmocka_unit_test(test_cannot_launch), cmocka_unit_test(test_no_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
