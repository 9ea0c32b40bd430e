/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Functions, calls and lines of this program's own children, which it may look into without privilege.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "userspace/enrich/stack.h"
#include "userspace/enrich/symbols/cfi_row.h"
#include "userspace/enrich/symbols/stub.h"
#include "userspace/enrich/target.h"
#include "userspace/util/clock.h"
#include "userspace/util/confined.h"

#define NOINLINE __attribute__((noinline, noclone))

static volatile int sink;

/* Not tail calls: something is left to do after each. */
NOINLINE static void wait_here(void)
{
	pause();
	sink++;
}

NOINLINE static void outer(int depth)
{
	if (depth)
		outer(depth - 1);
	else
		wait_here();
	sink++;
}

static void on_signal(int number)
{
	(void)number;
	wait_here();
	sink++;
}

NOINLINE static void interrupted(void)
{
	signal(SIGUSR1, on_signal);
	raise(SIGUSR1);
	sink++;
}

static pid_t start(void (*run)(void))
{
	pid_t pid = fork();

	if (!pid) {
		run();
		_exit(0);
	}
	assert_true(pid > 0);
	return pid;
}

static void wait_until_blocked(pid_t pid)
{
	const struct timespec moment = {.tv_nsec = 1000000};
	char text[64];
	int folder = target_folder((uint32_t)pid);

	assert_true(folder >= 0);
	for (int i = 0; i < 10000; i++) {
		/* 34: pause */
		if (target_file(folder, "syscall", text, sizeof(text)) > 0 && !strncmp(text, "34 ", 3)) {
			close(folder);
			return;
		}
		nanosleep(&moment, NULL);
	}
	fail_msg("the child never got to its pause");
}

struct seen {
	char functions[STACK_FRAMES][ABI_TEXT_BYTES + 1];
	struct ev_stack_frame last;
	size_t count;
	bool signal, lines;
};

static int take(void *to, const void *record, size_t length)
{
	const struct ev_stack_frame *frame = record;
	struct seen *seen = to;

	assert_int_equal(length, sizeof(*frame));
	assert_int_equal(frame->index, seen->count);
	memcpy(seen->functions[seen->count++], frame->function, ABI_TEXT_BYTES);
	seen->signal |= (frame->head.flags & FRAME_F_SIGNAL) != 0;
	seen->lines |= strstr(frame->file, "test_stack.c") && frame->line > 0;
	seen->last = *frame;
	return 0;
}

static void see(pid_t pid, struct seen *seen)
{
	struct symbols *symbols = symbols_open((uint32_t)pid);
	struct stack stack;

	memset(seen, 0, sizeof(*seen));
	assert_non_null(symbols);
	assert_int_equal(stack_unwind(symbols, (uint32_t)pid, NULL, &stack), 0);
	assert_int_equal(stack_tell(symbols, &stack, 1, STACK_F_LINES, take, seen), 0);
	symbols_close(symbols);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static size_t count(const struct seen *seen, const char *function)
{
	size_t found = 0;

	for (size_t i = 0; i < seen->count; i++)
		found += !strcmp(seen->functions[i], function);
	return found;
}

static void run_outer(void)
{
	outer(4);
}

static void test_calls(void **state)
{
	struct seen seen;
	pid_t pid = start(run_outer);

	(void)state;
	wait_until_blocked(pid);
	see(pid, &seen);
	assert_int_equal(count(&seen, "wait_here"), 1);
	assert_int_equal(count(&seen, "outer"), 5);
	assert_int_equal(count(&seen, "main"), 1);
	assert_true(seen.lines);
	assert_true(seen.last.head.flags & FRAME_F_LAST);
	assert_true(seen.last.head.flags & FRAME_F_OUTERMOST);
}

/* Through a signal's handler back to what it interrupted. */
static void test_signal(void **state)
{
	struct seen seen;
	pid_t pid = start(interrupted);

	(void)state;
	wait_until_blocked(pid);
	see(pid, &seen);
	assert_int_equal(count(&seen, "on_signal"), 1);
	assert_int_equal(count(&seen, "interrupted"), 1);
	assert_int_equal(count(&seen, "main"), 1);
	assert_true(seen.signal);
}

static void run_deep(void)
{
	outer(1000);
}

static void test_deep(void **state)
{
	struct seen seen;
	pid_t pid = start(run_deep);

	(void)state;
	wait_until_blocked(pid);
	see(pid, &seen);
	assert_int_equal(seen.count, STACK_FRAMES);
	assert_true(seen.last.head.flags & FRAME_F_LIMIT);
	assert_false(seen.last.head.flags & FRAME_F_OUTERMOST);
}

/* A return address to nowhere: the chain is cut there, not followed. */
NOINLINE static void run_broken(void)
{
	uintptr_t *frame = __builtin_frame_address(0);

	frame[1] = 0x1234; /* the return address: below it the saved frame pointer */
	pause();
	_exit(0);
}

static void test_broken(void **state)
{
	struct seen seen;
	pid_t pid = start(run_broken);

	(void)state;
	wait_until_blocked(pid);
	see(pid, &seen);
	assert_int_equal(count(&seen, "run_broken"), 1);
	assert_int_equal(count(&seen, "main"), 0);
	assert_false(seen.last.head.flags & FRAME_F_OUTERMOST);
}

/* A few bytes that call what they are given, in memory of no file: as a compiler at run time makes them. */
static void run_jit(void)
{
	/* push %rbp; mov %rsp,%rbp; call *%rdi; pop %rbp; ret */
	static const uint8_t code[] = {0x55, 0x48, 0x89, 0xe5, 0xff, 0xd7, 0x5d, 0xc3};
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void (*call)(void (*)(void));

	if (page == MAP_FAILED)
		_exit(1);
	memcpy(page, code, sizeof(code));
	memcpy(&call, &page, sizeof(call));
	call(wait_here);
}

static void test_jit(void **state)
{
	struct seen seen;
	pid_t pid = start(run_jit);

	(void)state;
	wait_until_blocked(pid);
	see(pid, &seen);
	/* Whether the frame pointer survived up to there depends on how the C library was built; nothing is made up. */
	assert_int_equal(count(&seen, "wait_here"), 1);
	assert_true(seen.count >= 3);
	assert_string_equal(seen.functions[2], "");
}

/* Code that keeps a frame pointer, as Go's, ends its chain with 0: nothing was cut. */
static void test_end_of_pointers(void **state)
{
	uint8_t *code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct symbols *symbols = symbols_open((uint32_t)getpid());
	struct ev_creator_stack creator = {.ip = (uint64_t)code, .sp = 0x1000, .bp = 0x1000, .stack_bytes = 16};
	const uint64_t words[] = {0, (uint64_t)code + 16};
	struct stack stack;

	(void)state;
	memcpy(creator.stack, words, sizeof(words));
	stack_unwind_creator(symbols, &creator, &stack);
	assert_int_equal(stack.count, 2);
	assert_int_equal(stack.frames[1].flags, FRAME_F_POINTER | FRAME_F_OUTERMOST | FRAME_F_LAST);
	/* A register may be 0 for any reason: the innermost was not found by it. */
	creator.bp = 0;
	stack_unwind_creator(symbols, &creator, &stack);
	assert_int_equal(stack.count, 1);
	assert_int_equal(stack.frames[0].flags, FRAME_F_LAST);
	symbols_close(symbols);
	munmap(code, 4096);
}

static void test_refused(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (!pid)
		_exit(0);
	assert_null(symbols_open(4194304));
	assert_int_equal(errno, ESRCH);
	waitid(P_PID, (id_t)pid, &(siginfo_t){0}, WEXITED | WNOWAIT);
	assert_null(symbols_open((uint32_t)pid)); /* a zombie has no memory */
	assert_int_equal(errno, ESRCH);
	waitpid(pid, NULL, 0);
}

/* The target ends between opening and looking. */
static void test_dies(void **state)
{
	pid_t pid = start(run_outer);
	struct symbols *symbols;
	struct symbol symbol;
	struct stack stack;

	(void)state;
	wait_until_blocked(pid);
	symbols = symbols_open((uint32_t)pid);
	assert_non_null(symbols);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(stack_unwind(symbols, (uint32_t)pid, NULL, &stack), -ESRCH);
	symbols_find(symbols, (uintptr_t)wait_here, &symbol);
	symbols_line(symbols, (uintptr_t)wait_here, &symbol);
	symbols_close(symbols);
}

/* What stands behind the system call in clone(2) of C libraries, and what does not return from there. */
static void test_stub(void **state)
{
	static const struct {
		uint8_t code[STUB_BEFORE + STUB_AFTER];
		bool returns;
	} cases[] = {
		/* glibc: test rax,rax; jl; jz; ret */
		{{0x0f, 0x05, 0x48, 0x85, 0xc0, 0x7c, 0x13, 0x74, 0x01, 0xc3, 0x31, 0xed}, true},
		/* the same with jumps over more than 127 bytes */
		{{0x0f, 0x05, 0x48, 0x85, 0xc0, 0x0f, 0x8c, 1, 2, 0, 0, 0x0f, 0x84, 3, 4, 0, 0, 0xc3}, true},
		/* musl: test eax,eax; jnz over two bytes; ret */
		{{0x0f, 0x05, 0x85, 0xc0, 0x75, 0x02, 0x31, 0xed, 0xc3}, true},
		/* no system call; no test; a push; a jump back; nothing but jumps */
		{{0x0f, 0x04, 0x48, 0x85, 0xc0, 0x74, 0x01, 0xc3}, false},
		{{0x0f, 0x05, 0xc3}, false},
		{{0x0f, 0x05, 0x48, 0x85, 0xc0, 0x55, 0xc3}, false},
		{{0x0f, 0x05, 0x48, 0x85, 0xc0, 0x75, 0xfe, 0xc3}, false},
		{{0x0f, 0x05, 0x48, 0x85, 0xc0, 0x75, 0x7f, 0xc3}, false},
		/* a condition that does not follow from the number's sign */
		{{0x0f, 0x05, 0x48, 0x85, 0xc0, 0x70, 0x01, 0xc3}, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(stub_returns(cases[i].code, STUB_AFTER), cases[i].returns);
	assert_false(stub_returns(cases[0].code, 7)); /* it ends before the return */
	assert_true(stub_returns(cases[0].code, 8));
}

/* --- call frame information that means harm ------------------------------------------------------------------- */

/* A CIE: the CFA is sp + 8, the return address below it. Then an FDE of 16 bytes of code, its program to follow. */
#define FDE_AT 24
#define PROGRAM_AT 41
#define CODE 0x5000
#define SECTION 0x1000

static const uint8_t entries[PROGRAM_AT] = {
	20, 0, 0, 0, 0, 0, 0, 0, 1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b, 0x0c, 7, 8, 0x90, 1, 0, 0,
	0, 0, 0, 0, 28, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0,
};

static int return_address(void *context, uint64_t address, uint64_t *word)
{
	(void)context;
	*word = address + 1;
	return 0;
}

/* A file of these entries, with the program repeated so often. */
static int make_file(const void *program, size_t size, size_t times)
{
	uint32_t total = (uint32_t)(PROGRAM_AT + size * times + 3) & ~3u, length = total - FDE_AT - 4;
	int32_t code = CODE - (SECTION + FDE_AT + 8);
	uint8_t *section = calloc(1, total + 4);
	int fd;

	assert_non_null(section);
	memcpy(section, entries, sizeof(entries));
	memcpy(section + FDE_AT, &length, sizeof(length));
	memcpy(section + FDE_AT + 8, &code, sizeof(code));
	for (size_t i = 0; i < times; i++)
		memcpy(section + PROGRAM_AT + i * size, program, size);
	fd = cfi_file(section, total + 4, SECTION);
	assert_true(fd >= 0);
	free(section);
	return fd;
}

static int unwind_one(struct cfi *cfi, uint64_t pc, struct cfi_registers *registers)
{
	struct cfi_step step = {.memory = return_address, .until_ns = clock_now_ns() + 10000000000};

	*registers = (struct cfi_registers){.value[CFI_SP] = 0x7000, .known = 1u << CFI_SP | 1u << CFI_IP};
	return cfi_unwind(cfi, pc, registers, &step);
}

static uint64_t spent_us(int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
	       (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static long memory_kb(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static void test_rows(void **state)
{
	static const uint8_t program[] = {0x44, 0x0e, 16}; /* from 4 bytes on the CFA is sp + 16 */
	int fd = make_file(program, sizeof(program), 1);
	struct confined_pool pool = {0};
	struct cfi *cfi = cfi_open(&pool, fd);
	struct cfi_registers registers;

	(void)state;
	for (int rests = 0; rests < 3; rests++) {
		assert_int_equal(unwind_one(cfi, CODE, &registers), 0);
		assert_int_equal(registers.value[CFI_SP], 0x7008);
		assert_int_equal(registers.value[CFI_IP], 0x7001);
		assert_int_equal(unwind_one(cfi, CODE + 4, &registers), 0);
		assert_int_equal(registers.value[CFI_SP], 0x7010);
		assert_int_equal(unwind_one(cfi, CODE + 16 + (uint64_t)rests, &registers), -ENOENT);
		assert_int_equal(pool.count, 1);
		cfi_rest(cfi); /* what was told stays, what was not starts another */
		assert_int_equal(pool.count, 0);
	}
	cfi_close(cfi);
	close(fd);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nobody is left */
}

/* Some bytes of a file that name a register far off the seventeen that there are: no memory of ours is taken for them. */
static void test_far_register(void **state)
{
	static const uint8_t program[] = {0x05, 0xff, 0xff, 0xff, 0x0f, 1, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a};
	int fd = make_file(program, sizeof(program), 1);
	struct confined_pool pool = {0};
	struct cfi *cfi = cfi_open(&pool, fd);
	struct cfi_registers registers;
	long before = memory_kb();

	(void)state;
	assert_true(unwind_one(cfi, CODE, &registers) < 0);
	cfi_close(cfi);
	close(fd);
	assert_true(memory_kb() < before + 4096);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* Megabytes that lead nowhere: their reader is killed, and not asked again; that of another file goes on. */
static void test_long_program(void **state)
{
	static const uint8_t program[] = {0x0a, 0x0b}; /* remember the row, and back to it */
	int bad = make_file(program, sizeof(program), 60u << 20), good = make_file(program, sizeof(program), 1);
	struct confined_pool pool = {0};
	struct cfi *one = cfi_open(&pool, bad), *other = cfi_open(&pool, good);
	struct cfi_registers registers;
	uint64_t children;

	(void)state;
	assert_int_equal(unwind_one(other, CODE, &registers), 0);
	children = spent_us(RUSAGE_CHILDREN);
	assert_int_equal(unwind_one(one, CODE, &registers), -EPIPE);
	assert_in_range(spent_us(RUSAGE_CHILDREN) - children, 0, 300000);
	assert_int_equal(pool.count, 1);
	assert_int_equal(unwind_one(one, CODE, &registers), -EPIPE);
	assert_int_equal(unwind_one(other, CODE + 8, &registers), 0);
	cfi_close(one);
	cfi_close(other);
	close(bad);
	close(good);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* Cut while it is read: who reads it dies. */
static void test_cut(void **state)
{
	static const uint8_t program[] = {0x44, 0x0e, 16};
	int fd = make_file(program, sizeof(program), 1);
	struct confined_pool pool = {0};
	struct cfi *cfi = cfi_open(&pool, fd);
	struct cfi_registers registers;

	(void)state;
	assert_int_equal(unwind_one(cfi, CODE, &registers), 0);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(unwind_one(cfi, CODE + 8, &registers), -EPIPE);
	assert_int_equal(unwind_one(cfi, CODE + 2, &registers), 0);
	cfi_close(cfi);
	close(fd);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* What a reader that was broken into may answer. */
static void test_row(void **state)
{
	struct cfi_row row = {.begin = 16, .end = 32, .known = 1, .cfa = {.kind = RULE_REGISTER, .first = CFI_SP}};

	(void)state;
	assert_true(cfi_row_good(&row, sizeof(row), 16));
	assert_false(cfi_row_good(&row, sizeof(row), 15));
	assert_false(cfi_row_good(&row, sizeof(row), 32));
	assert_false(cfi_row_good(&row, sizeof(row) - 1, 16));
	assert_false(cfi_row_good(&row, sizeof(row) + 1, 16));
	row.ops_count = 1;
	assert_false(cfi_row_good(&row, sizeof(row), 16));
	row.ops_count = 0;
	row.cfa.first = CFI_REGISTERS;
	assert_false(cfi_row_good(&row, sizeof(row), 16));
	row.cfa = (struct cfi_rule){.kind = RULE_KINDS};
	assert_false(cfi_row_good(&row, sizeof(row), 16));
	row.cfa = (struct cfi_rule){.kind = RULE_VALUE_EXPRESSION, .count = 1};
	assert_false(cfi_row_good(&row, sizeof(row), 16));
	row.cfa = (struct cfi_rule){.kind = RULE_VALUE_EXPRESSION, .first = 1};
	assert_false(cfi_row_good(&row, sizeof(row), 16));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls), cmocka_unit_test(test_signal),  cmocka_unit_test(test_deep),
		cmocka_unit_test(test_broken), cmocka_unit_test(test_jit),    cmocka_unit_test(test_refused),
		cmocka_unit_test(test_dies),  cmocka_unit_test(test_stub), cmocka_unit_test(test_far_register),
		cmocka_unit_test(test_rows), cmocka_unit_test(test_long_program), cmocka_unit_test(test_cut), cmocka_unit_test(test_row),
		cmocka_unit_test(test_end_of_pointers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
