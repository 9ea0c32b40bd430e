/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What creators' processes have mapped, asked for after they forked, replaced their program, or ended.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "userspace/cmd/resolve/process_spaces.h"
#include "userspace/util/clock.h"

#define NOBODY 4000000 /* numbers from here on are nobody's: too many processes would be needed */

struct stage {
	struct process_spaces spaces;
	struct symbols *symbols;
};

static int begin(void **state)
{
	struct stage *stage = calloc(1, sizeof(*stage));

	if (!stage)
		return -1;
	stage->symbols = symbols_new();
	*state = stage;
	return stage->symbols ? 0 : -1;
}

static int end(void **state)
{
	struct stage *stage = *state;

	spaces_close(&stage->spaces, stage->symbols);
	symbols_close(stage->symbols);
	free(stage);
	return 0;
}

static struct process_space *look(struct stage *stage, uint32_t pid, uint32_t image)
{
	enum created_unknown why;

	return spaces_look(&stage->spaces, stage->symbols, pid, image, 0, &why);
}

static void exec(struct stage *stage, uint32_t pid)
{
	spaces_exec(&stage->spaces, stage->symbols, pid, clock_now_ns());
}

static uint32_t me(void)
{
	return (uint32_t)getpid();
}

/* One that nobody looked at in time. */
static uint32_t a_fork_of(struct stage *stage, uint32_t creator)
{
	static uint32_t next = NOBODY;

	spaces_fork(&stage->spaces, ++next, creator);
	return next;
}

static void test_copy_is_told_by_its_origin(void **state)
{
	struct stage *stage = *state;
	uint32_t child = a_fork_of(stage, me()), grandchild = a_fork_of(stage, child);
	uint32_t image = spaces_image(&stage->spaces, grandchild);
	struct process_space *process;

	assert_int_equal(image, spaces_image(&stage->spaces, me()));
	process = look(stage, grandchild, image); /* looks at the origin, which is there */
	assert_non_null(process);
	assert_int_equal(process->space.pid, me());
	spaces_exit(&stage->spaces, grandchild);
	assert_ptr_equal(look(stage, grandchild, image), process);
}

static void test_gone(void **state)
{
	struct stage *stage = *state;
	uint32_t image = spaces_image(&stage->spaces, NOBODY);
	enum created_unknown why = CREATED_NOT_TOLD;

	assert_null(spaces_look(&stage->spaces, stage->symbols, NOBODY, image, 0, &why));
	assert_int_equal(why, CREATED_GONE);
}

/* What was read before is the old program's, and what is there now is not. */
static void test_after_exec(void **state)
{
	struct stage *stage = *state;
	uint32_t before = spaces_image(&stage->spaces, me()), after;
	struct process_space *old = look(stage, me(), before), *new;

	exec(stage, me());
	after = spaces_image(&stage->spaces, me());
	assert_int_not_equal(before, after);
	assert_ptr_equal(look(stage, me(), before), old);
	new = look(stage, me(), after);
	assert_ptr_not_equal(new, old);
	assert_true(new->space.mappings.count > 0 && old->space.mappings.count > 0);
	/* Asked for anew, it stays what it was. */
	old = spaces_look(&stage->spaces, stage->symbols, me(), before, clock_now_ns(), &(enum created_unknown){0});
	assert_true(old->space.mappings.count > 0);
	assert_ptr_not_equal(old, new);
}

static void test_exec_before_anybody_looked(void **state)
{
	struct stage *stage = *state;
	uint32_t before = spaces_image(&stage->spaces, me());

	exec(stage, me());
	assert_null(look(stage, me(), before));
}

/* The exec happened before the reading, and was told after it. */
static void test_exec_told_late(void **state)
{
	struct stage *stage = *state;
	uint64_t ts_ns = clock_now_ns();
	uint32_t before = spaces_image(&stage->spaces, me());
	struct process_space *process = look(stage, me(), before);

	assert_false(spaces_settled(&stage->spaces, process));
	spaces_exec(&stage->spaces, stage->symbols, me(), ts_ns);
	assert_int_equal(process->image, spaces_image(&stage->spaces, me()));
	assert_null(look(stage, me(), before));
	stage->spaces.round++;
	assert_true(spaces_settled(&stage->spaces, process));
}

/* A copy is not of the program that its origin is by now. */
static void test_copy_outlasts_its_origins_program(void **state)
{
	struct stage *stage = *state;
	uint32_t child = a_fork_of(stage, me()), image = spaces_image(&stage->spaces, child);

	exec(stage, me());
	assert_null(look(stage, child, image));
	assert_int_not_equal(image, spaces_image(&stage->spaces, me()));
}

static void test_number_given_again(void **state)
{
	struct stage *stage = *state;
	uint32_t child = a_fork_of(stage, me()), image = spaces_image(&stage->spaces, child);

	spaces_exit(&stage->spaces, child);
	spaces_fork(&stage->spaces, child, NOBODY);
	assert_int_not_equal(spaces_image(&stage->spaces, child), image);
}

/* More processes than there is room for: the one that was asked for last stays. */
static void test_many(void **state)
{
	struct stage *stage = *state;
	pid_t children[SPACES_MAX + 8];
	uint32_t serial = 0;

	for (size_t i = 0; i < SPACES_MAX + 8; i++) {
		struct process_space *process;

		children[i] = fork();
		if (!children[i])
			pause();
		process = look(stage, (uint32_t)children[i], spaces_image(&stage->spaces, (uint32_t)children[i]));
		assert_non_null(process);
		if (!serial)
			serial = process->serial;
	}
	assert_null(spaces_find(&stage->spaces, serial));
	assert_non_null(spaces_find(&stage->spaces, serial + SPACES_MAX + 7));
	for (size_t i = 0; i < SPACES_MAX + 8; i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], NULL, 0);
	}
}

#define WITH_STAGE(test) cmocka_unit_test_setup_teardown(test, begin, end)

static const struct CMUnitTest tests[] = {
	WITH_STAGE(test_copy_is_told_by_its_origin), WITH_STAGE(test_gone),
	WITH_STAGE(test_after_exec),		     WITH_STAGE(test_exec_before_anybody_looked),
	WITH_STAGE(test_exec_told_late),	     WITH_STAGE(test_copy_outlasts_its_origins_program),
	WITH_STAGE(test_number_given_again),	     WITH_STAGE(test_many),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
