/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A program that pretends to have libthrace inside: the symbol, the notes and the layout, filled with what no library would
 * write. Some of its threads wait for a mutex that "holder" holds. Prints "holder TID" and "ready", and stays.
 *
 * Usage: registry circle    a chain in a circle, of large chunks that are empty
 *        registry knot      a chunk that follows itself, with slots in use
 *        registry full      every slot claims a thread, some one of another process; all of them wait for everything
 *        registry counts    counts and sizes beyond all memory
 *        registry writing   every slot is being written, for ever
 *        registry changing  all of it changes all the time
 *        registry gone      the first chunk is not mapped
 *        registry odd       addresses that nothing lies at, and no version
 */
#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <thrace/registry.h>
#include <unistd.h>

#define SLOTS 65536
#define WAITERS 4

/* A note of the library's: where there is none, a program's own symbols are not searched for the registry. */
__asm__(".pushsection .note.stapsdt,\"\",\"note\"\n"
	".balign 4\n .4byte 8, 4f - 3f, 3\n .asciz \"stapsdt\"\n"
	"3: .8byte 0x7fffffffffffffff, 0, 0xffffffffffffffff\n .asciz \"thrace\"\n .asciz \"thread_started\"\n"
	" .asciz \"8@%rdi -99999999@99999999(%rsp)\"\n"
	"4: .balign 4\n .popsection\n");

extern struct thr_registry thr_registry;
struct thr_registry thr_registry = {
	.magic = THR_REGISTRY_MAGIC,
	.version = THR_REGISTRY_VERSION,
	.header_size = sizeof(struct thr_registry),
	.slot_size = sizeof(struct thr_slot),
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t told;
static pid_t tids[WAITERS + 1];

static void *holder(void *number)
{
	tids[(long)number] = (pid_t)syscall(SYS_gettid);
	pthread_mutex_lock(&mutex);
	pthread_barrier_wait(&told);
	pause();
	return NULL;
}

static void *waiter(void *number)
{
	tids[(long)number] = (pid_t)syscall(SYS_gettid);
	pthread_barrier_wait(&told);
	pthread_mutex_lock(&mutex);
	return NULL;
}

static struct thr_chunk *chunk(uint32_t slots)
{
	struct thr_chunk *made = mmap(NULL, sizeof(*made) + slots * sizeof(struct thr_slot), PROT_READ | PROT_WRITE,
				      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (made == MAP_FAILED)
		err(1, "mmap");
	made->n_slots = slots;
	return made;
}

static void fill(struct thr_slot *slot, uint64_t number)
{
	*slot = (struct thr_slot){
		.state = THR_SLOT_STARTED,
		.uid = number + 1,
		.creator_uid = number + 2,
		.tid = number % 7 == 6 ? (uint32_t)getppid() : number % 7 == 5 ? 1 : (uint32_t)tids[number % 5],
		.flags = (uint32_t)(number * 2654435761u),
		.wait_kind = (uint32_t)(number % 20),
		.wait_object = number % 3 ? (uint64_t)(uintptr_t)&slot->wait_object : number * 0x9e3779b97f4a7c15u,
		.wait_target_uid = number * 7,
		.wait_owner_tid = 1,
		.wait_since_ns = number,
		.reserved = {1, 1}, /* the lock's owner, where wait_object points at itself */
	};
	memset(slot->name, number % 2 ? '\033' : 'n', sizeof(slot->name));
	if (number % 3)
		slot->wait_target_uid = (uint64_t)1 << 32 | 1; /* the owner's word: process 1 */
}

static struct thr_chunk *full(uint32_t slots)
{
	struct thr_chunk *made = chunk(slots);

	for (uint32_t i = 0; i < slots; i++)
		fill(&made->slots[i], i);
	return made;
}

static void change_for_ever(struct thr_chunk *first)
{
	for (uint64_t i = 0;; i++) {
		struct thr_slot *slot = &first->slots[i % 64];

		fill(slot, i * 31);
		slot->sequence = (uint32_t)i;
		thr_registry.slot_size = i % 5 ? sizeof(struct thr_slot) : (uint32_t)(i * 8);
		first->next = i % 3 ? 0 : i % 2 ? (uintptr_t)first : i;
		first->n_slots = i % 11 ? 64 : (uint32_t)i;
	}
}

static struct thr_chunk *prepare(const char *what)
{
	struct thr_chunk *first = chunk(SLOTS);

	if (!strcmp(what, "circle")) {
		first->next = (uintptr_t)first;
	} else if (!strcmp(what, "knot")) {
		first = full(2);
		first->next = (uintptr_t)first;
	} else if (!strcmp(what, "full")) {
		first = full(SLOTS);
		first->next = (uintptr_t)full(SLOTS);
	} else if (!strcmp(what, "counts")) {
		first->n_slots = UINT32_MAX;
		thr_registry.slot_size = 4096;
	} else if (!strcmp(what, "writing")) {
		first = full(SLOTS);
		for (uint32_t i = 0; i < SLOTS; i++)
			first->slots[i].sequence = 1;
	} else if (!strcmp(what, "gone")) {
		munmap(first, sizeof(*first) + SLOTS * sizeof(struct thr_slot));
	} else if (!strcmp(what, "odd")) {
		first = (void *)(uintptr_t)0xfffffffffffffff8u;
		thr_registry.version = (uint32_t)-1;
	}
	return first;
}

int main(int argc, char **argv)
{
	struct thr_chunk *first;
	pthread_t thread;

	if (argc != 2)
		errx(2, "usage: registry circle|knot|full|counts|writing|changing|gone|odd");
	pthread_barrier_init(&told, NULL, 2);
	for (long i = 1; i <= WAITERS; i++) {
		pthread_create(&thread, NULL, i == 1 ? holder : waiter, (void *)i);
		pthread_barrier_wait(&told);
	}
	tids[0] = getpid();
	first = prepare(argv[1]);
	thr_registry.first_chunk = (uintptr_t)first;
	printf("holder %d\nready\n", tids[1]);
	fflush(stdout);
	if (!strcmp(argv[1], "changing"))
		change_for_ever(first);
	pause();
	return 0;
}
