/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What is read from a target's memory, as glibc and libthrace write it and as a stranger would:
 * here the target is the test itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "userspace/enrich/locks.h"
#include "userspace/enrich/memory.h"
#include "userspace/enrich/registry.h"

static struct lock_found recognise(const void *word, uint32_t value, uint16_t op)
{
	struct lock_bytes bytes = {.address = (uintptr_t)word};
	const struct ev_wait wait = {.address = (uintptr_t)word, .value = value, .op = op};
	struct lock_found found;

	assert_int_equal(lock_bytes_read((uint32_t)getpid(), &bytes, 1), 0);
	lock_recognise(&wait, &bytes, &found);
	return found;
}

static void test_mutex(void **state)
{
	pthread_mutex_t *lock = calloc(1, 128);
	struct lock_found found;

	(void)state;
	pthread_mutex_lock(lock);
	((uint32_t *)lock)[0] = 2; /* somebody waits */
	found = recognise(lock, 2, FUTEX_WAIT_PRIVATE);
	assert_int_equal(found.what, RESOLVED_MUTEX);
	assert_int_equal(found.owner, gettid());
	assert_true(found.whole);
	assert_int_equal(found.traits, 0);

	((uint32_t *)lock)[6] = 1; /* such a lock is on no list: it is none */
	found = recognise(lock, 2, FUTEX_WAIT_PRIVATE);
	assert_false(found.whole);
	((uint32_t *)lock)[0] = 0; /* given back meanwhile: nothing is known */
	found = recognise(lock, 2, FUTEX_WAIT_PRIVATE);
	assert_int_equal(found.what, RESOLVED_FUTEX);
	free(lock);
}

/* A private futex is never waited on for another process's lock. */
static void test_sharing(void **state)
{
	enum { SHARED = 128, ROBUST = 16 };
	uint32_t lock[16] = {2, 0, 1, 1, SHARED}, semaphore[16] __attribute__((aligned(8))) = {0, 1, SHARED};

	(void)state;
	assert_int_equal(recognise(lock, 2, FUTEX_WAIT).traits, LOCK_SHARED);
	assert_false(recognise(lock, 2, FUTEX_WAIT_PRIVATE).whole);
	lock[4] = 0;
	assert_true(recognise(lock, 2, FUTEX_WAIT_PRIVATE).whole);
	assert_false(recognise(lock, 2, FUTEX_WAIT).whole);
	lock[4] = ROBUST; /* the owner in the word */
	lock[0] = FUTEX_WAITERS | 1;
	assert_int_equal(recognise(lock, lock[0], FUTEX_WAIT).traits, LOCK_ROBUST);
	assert_false(recognise(lock, lock[0], FUTEX_WAIT_PRIVATE).whole);
	assert_int_equal(recognise(semaphore, 0, FUTEX_WAIT).what, RESOLVED_SEMAPHORE);
	assert_int_equal(recognise(semaphore, 0, FUTEX_WAIT_PRIVATE).what, RESOLVED_FUTEX);
}

/* At the edge of what is mapped: what can be read is read. */
static void test_edge(void **state)
{
	char *pages = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct lock_bytes bytes[3];

	(void)state;
	munmap(pages, 4096);
	munmap(pages + 8192, 4096);
	bytes[0].address = (uintptr_t)pages + 4096;
	bytes[1].address = (uintptr_t)pages; /* not there at all */
	bytes[2].address = (uintptr_t)pages + 8188;
	assert_int_equal(lock_bytes_read((uint32_t)getpid(), bytes, 3), 0);
	assert_int_equal(bytes[0].from, LOCK_BYTES_BEFORE);
	assert_int_equal(bytes[0].to, sizeof(bytes[0].bytes));
	assert_int_equal(bytes[1].to, 0);
	assert_int_equal(bytes[2].from, 0);
	assert_int_equal(bytes[2].to, LOCK_BYTES_BEFORE + 4);
	assert_int_equal(lock_bytes_read(0x3fffff, bytes, 1), -ESRCH);
	munmap(pages + 4096, 4096);
}

/* Whatever stands there: no crash, and an owner that can be a tid. */
static void test_dice(void **state)
{
	static const uint16_t ops[] = {0, 6, 9, 13, 128, 137};
	uint32_t words[(LOCK_BYTES_BEFORE + LOCK_BYTES_AFTER) / 4], dice = 1;
	struct lock_bytes bytes = {.address = 0x10000, .to = sizeof(bytes.bytes)};
	struct lock_found found;

	(void)state;
	for (int round = 0; round < 200000; round++) {
		struct ev_wait wait = {.address = bytes.address, .op = ops[round % 6]};

		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
			dice = dice * 1664525 + 1013904223;
			words[i] = dice >> 28 < 10 ? dice >> 8 & 3 : dice;
		}
		memcpy(bytes.bytes, words, sizeof(words));
		wait.value = dice & 4 ? words[LOCK_BYTES_BEFORE / 4] : dice >> 5 & 3;
		bytes.from = dice & 0x100 ? LOCK_BYTES_BEFORE : 0;
		bytes.to = dice & 0x200 ? LOCK_BYTES_BEFORE + 4 : sizeof(words);
		lock_recognise(&wait, &bytes, &found);
		assert_true(found.what < RESOLVED_COUNT && found.owner <= 0x3fffffff);
	}
}

/* --- the registry -------------------------------------------------------------------------------------------- */

struct chunk {
	struct thr_chunk head;
	struct thr_slot slots[2];
};

static struct chunk chunks[2];
static struct thr_registry head;

static void good_registry(void)
{
	memset(chunks, 0, sizeof(chunks));
	head = (struct thr_registry){
	    .magic = THR_REGISTRY_MAGIC,
	    .version = THR_REGISTRY_VERSION,
	    .header_size = sizeof(head),
	    .slot_size = sizeof(struct thr_slot),
	    .first_chunk = (uintptr_t)&chunks[0],
	};
	chunks[0].head = (struct thr_chunk){.n_slots = 2, .next = (uintptr_t)&chunks[1]};
	chunks[1].head = (struct thr_chunk){.n_slots = 2};
	chunks[0].slots[1] = (struct thr_slot){.sequence = 2, .state = THR_SLOT_STARTED, .uid = 7, .name = "seven"};
	chunks[1].slots[0] = (struct thr_slot){.sequence = 4, .state = THR_SLOT_STARTED, .uid = 3, .name = "three"};
}

static int read_it(struct registry *registry)
{
	return registry_read((uint32_t)getpid(), (uintptr_t)&head, registry);
}

static void test_registry(void **state)
{
	struct registry registry;

	(void)state;
	good_registry();
	memset(chunks[0].slots[1].name, 'x', THR_REGISTRY_NAME); /* without an end */
	assert_int_equal(read_it(&registry), 0);
	assert_int_equal(registry.count, 2);
	assert_int_equal(strlen(registry_thread(&registry, 7)->name), THR_REGISTRY_NAME - 1);
	assert_string_equal(registry_thread(&registry, 3)->name, "three");
	assert_null(registry_thread(&registry, 4));
	registry_free(&registry);

	chunks[0].slots[1].sequence = 3; /* its writer never comes to an end */
	assert_int_equal(read_it(&registry), 0);
	assert_int_equal(registry.count, 1);
	assert_int_equal(registry.unsettled, 1);
	registry_free(&registry);
}

static void expect_registry(int result)
{
	struct registry registry;

	assert_int_equal(read_it(&registry), result);
	registry_free(&registry);
	good_registry();
}

static void test_bad_registry(void **state)
{
	(void)state;
	good_registry();
	head.magic = 0;
	head.first_chunk = 0;
	expect_registry(-ENOENT);
	head.magic++;
	expect_registry(-EBADMSG);
	head.version++;
	expect_registry(-EPROTO);
	head.slot_size = 8;
	expect_registry(-EBADMSG);
	head.slot_size = 1 << 30;
	expect_registry(-EBADMSG);
	head.first_chunk = 16;
	expect_registry(-EFAULT);
	chunks[0].head.n_slots = UINT32_MAX;
	expect_registry(-EBADMSG);
	chunks[1].head.n_slots = 65536; /* longer than what is there */
	expect_registry(-EFAULT);
	chunks[1].head.next = (uintptr_t)&chunks[0]; /* round and round */
	expect_registry(-EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_mutex), cmocka_unit_test(test_sharing),  cmocka_unit_test(test_edge),
	    cmocka_unit_test(test_dice),  cmocka_unit_test(test_registry), cmocka_unit_test(test_bad_registry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
