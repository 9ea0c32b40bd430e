/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* BaseLocalTest: a local is one pointer per thread; what is an attribute there is a member of what it points to. */
#include "support.h"

static thr_local *make(int (*init)(void *, void **), void *arg, void (*destroy)(void *))
{
	thr_local *local;

	assert_int_equal(thr_local_new(&local, init, arg, destroy), 0);
	return local;
}

static uint32_t destroyed;

static void count_destroyed(void *value)
{
	(void)value;
	__atomic_fetch_add(&destroyed, 1, __ATOMIC_SEQ_CST);
}

static void *set_some(void *local)
{
	CHECK(thr_local_set(local, local) == 0);
	return NULL;
}

/* What a thread leaves behind is gone by the time it is joined. */
ROW(BaseLocalTest, test_local_refs)
{
	static const int many[] = { 20, 50, 100 };

	for (size_t i = 0; i < 3; i++) {
		thr_local *local = make(NULL, NULL, count_destroyed);

		destroyed = 0;
		for (int n = 1; n <= many[i]; n++) {
			join_and_drop(go(set_some, local));
			assert_int_equal(destroyed, n);
		}
		thr_local_free(local);
	}
	no_thread_failed();
}

static int init_slowly(void *arg, void **value)
{
	(void)arg;
	*value = NULL;
	return thr_sleep(THR_MS(5));
}

struct derived_test {
	thr_local *local;
	uint32_t next;
};

static void *set_and_get(void *arg)
{
	struct derived_test *test = arg;
	void *mine = (void *)(uintptr_t)__atomic_add_fetch(&test->next, 1, __ATOMIC_SEQ_CST), *value;

	CHECK(thr_local_get(test->local, &value) == 0 && !value);
	CHECK(thr_local_set(test->local, mine) == 0);
	CHECK(thr_local_get(test->local, &value) == 0 && value == mine);
	return NULL;
}

/* Threads switch inside the initialiser: each sets its own all the same. */
ROW(BaseLocalTest, test_derived)
{
	struct derived_test test = { .local = make(init_slowly, NULL, NULL) };

	bunch_run(10, set_and_get, &test);
	no_thread_failed();
	thr_local_free(test.local);
}

struct dealloc_test {
	thr_event freed, made;
	thr_local *locals[10];
};

static void *free_and_look(void *arg)
{
	struct dealloc_test *test = arg;
	thr_local *local;
	void *value;

	CHECK(thr_local_new(&local, NULL, NULL, NULL) == 0);
	CHECK(thr_local_set(local, "bar") == 0);
	thr_local_free(local);
	thr_event_set(&test->freed);
	CHECK(thr_event_wait(&test->made, LONG) == 0);
	for (int i = 0; i < 10; i++)
		CHECK(thr_local_get(test->locals[i], &value) == -ENOENT);
	return NULL;
}

/* Locals made at the address of one that was freed are empty, also where that one had a value. */
ROW(BaseLocalTest, test_derived_cycle_dealloc)
{
	struct dealloc_test test = { .freed = { 0 } };
	thr_thread *thread = go(free_and_look, &test);

	assert_int_equal(thr_event_wait(&test.freed, LONG), 0);
	for (int i = 0; i < 10; i++)
		test.locals[i] = make(NULL, NULL, NULL);
	thr_event_set(&test.made);
	join_and_drop(thread);
	for (int i = 0; i < 10; i++)
		thr_local_free(test.locals[i]);
	no_thread_failed();
}

static int init_from_arg(void *arg, void **value)
{
	if (!arg)
		return -EBADF;
	*value = arg;
	return 0;
}

/* The initialiser gets the constructor's argument; what it refuses is refused to the user. */
ROW(BaseLocalTest, test_arguments)
{
	thr_local *local = make(init_from_arg, &destroyed, NULL);
	void *value;

	assert_int_equal(thr_local_get(local, &value), 0);
	assert_ptr_equal(value, &destroyed);
	thr_local_free(local);
	local = make(init_from_arg, NULL, NULL);
	assert_int_equal(thr_local_get(local, &value), -EBADF);
	assert_int_equal(thr_local_get(local, &value), -EBADF);
	thr_local_free(local);
	assert_int_equal(thr_local_new(NULL, NULL, NULL, NULL), -EFAULT);
	assert_int_equal(thr_local_get(NULL, &value), -EFAULT);
}

struct class_test {
	thr_local *local, *deleted;
	thr_event set, looked;
	int expected; /* of a get in a thread that has set nothing */
};

static void *set_and_stay(void *arg)
{
	struct class_test *test = arg;

	CHECK(thr_local_set(test->local, "foo") == 0);
	CHECK(thr_local_set(test->deleted, "bar") == 0);
	CHECK(thr_local_del(test->deleted) == 0);
	CHECK(thr_local_del(test->deleted) == -ENOENT);
	thr_event_set(&test->set);
	CHECK(thr_event_wait(&test->looked, LONG) == 0);
	return NULL;
}

static void *look(void *arg)
{
	struct class_test *test = arg;
	void *value = "untouched";

	CHECK(thr_local_get(test->local, &value) == test->expected);
	CHECK(!value || strcmp(value, "foo"));
	return NULL;
}

static void one_class(int (*init)(void *, void **))
{
	struct class_test test = {
		.local = make(init, NULL, NULL),
		.deleted = make(NULL, NULL, NULL),
		.expected = init ? 0 : -ENOENT,
	};
	thr_thread *thread = go(set_and_stay, &test);

	assert_int_equal(thr_event_wait(&test.set, LONG), 0);
	join_and_drop(go(look, &test));
	thr_event_set(&test.looked);
	join_and_drop(thread);
	thr_local_free(test.local);
	thr_local_free(test.deleted);
	no_thread_failed();
}

ROW(BaseLocalTest, test_threading_local)
{
	one_class(NULL);
}

/* An initialiser is what a subclass has: it reruns in each thread. */
ROW(BaseLocalTest, test_threading_local_subclass)
{
	one_class(init_slowly);
}

static bool stop_making;

static void *make_and_free(void *arg)
{
	while (!__atomic_load_n(&stop_making, __ATOMIC_ACQUIRE)) {
		thr_local *local;

		CHECK(thr_local_new(&local, NULL, NULL, count_destroyed) == 0);
		CHECK(thr_local_set(local, arg) == 0);
		thr_local_free(local);
	}
	return NULL;
}

/* Locals go while threads that have values of them, and of others, end. */
ROW(BaseLocalTest, test_threading_local_clear_race)
{
	thr_thread *maker;

	__atomic_store_n(&stop_making, false, __ATOMIC_RELEASE);
	maker = go(make_and_free, NULL);
	for (int i = 0; i < 200; i++) {
		thr_local *local = make(NULL, NULL, NULL);
		pthread_t foreign;

		assert_int_equal(pthread_create(&foreign, NULL, set_some, local), 0);
		pthread_join(foreign, NULL);
		thr_local_free(local);
	}
	__atomic_store_n(&stop_making, true, __ATOMIC_RELEASE);
	join_and_drop(maker);
	no_thread_failed();
}

int main(void)
{
	const struct CMUnitTest rows[] = {
		RUN(BaseLocalTest, test_local_refs),
		RUN(BaseLocalTest, test_derived),
		RUN(BaseLocalTest, test_derived_cycle_dealloc),
		RUN(BaseLocalTest, test_arguments),
		RUN(BaseLocalTest, test_threading_local),
		RUN(BaseLocalTest, test_threading_local_subclass),
		RUN(BaseLocalTest, test_threading_local_clear_race),
	};

	return cmocka_run_group_tests(rows, NULL, NULL);
}
