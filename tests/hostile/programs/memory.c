/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A target that takes its memory away, or changes it, while it is looked at. Prints "ready", and goes on until it is killed.
 *
 * Usage: memory locks    threads wait on mutexes whose words, owners and kinds are rewritten all the time, with numbers of
 *                        strangers among them
 *        memory pages    threads wait on words and stand on stacks whose pages come, go and change their rights
 *        memory strange  threads wait on words at the edges: of a page, of a mapping, of a file that was cut, of no memory
 *        memory deep     one thread in a very deep recursion, the others in frames that were spoilt: "deep TID", "cyclic TID",
 *                        "wild TID", "circle TID"
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define THREADS 8
#define PAGE 4096ul
#define DEPTH 200000

static pthread_barrier_t there;
static char *pages;

static long futex_wait(void *word, uint32_t value)
{
	return syscall(SYS_futex, word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
}

static char *map(size_t bytes)
{
	char *made = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (made == MAP_FAILED)
		err(1, "mmap");
	return made;
}

static void start(void *(*routine)(void *), void *arg, size_t stack)
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	if (stack)
		pthread_attr_setstacksize(&attributes, stack);
	if (pthread_create(&thread, &attributes, routine, arg))
		errx(1, "no thread");
	pthread_barrier_wait(&there);
}

static void ready(void)
{
	puts("ready");
	fflush(stdout);
}

/* --- lock words ------------------------------------------------------------------------------------------------- */

static void *waits_for_two(void *word)
{
	pthread_barrier_wait(&there);
	for (;;)
		futex_wait(word, 2);
	return NULL;
}

static void locks(void)
{
	static const uint32_t owners[] = {0, 1, 2, 0x3fffffff, 0xffffffff, 0x80000001};
	static const uint32_t kinds[] = {0, 1, 2, 16, 128, 0xffffffff, 33};
	uint32_t number = 0;

	pages = map(PAGE);
	for (int i = 0; i < THREADS; i++) {
		((uint32_t *)(pages + i * 128 + 48))[0] = 2;
		start(waits_for_two, pages + i * 128 + 48, 0);
	}
	ready();
	for (;; number++) {
		uint32_t *lock = (uint32_t *)(pages + number % THREADS * 128 + 48);
		uint32_t owner = number % 3 ? owners[number % 6] : (uint32_t)getppid();

		lock[1] = number % 5;
		lock[2] = owner;
		lock[3] = number % 4;
		lock[4] = kinds[number % 7];
		lock[6] = lock[8] = number % 2 ? 0 : (uint32_t)(uintptr_t)lock;
		lock[0] = number % 64 ? 2 : number;
	}
}

/* --- pages ------------------------------------------------------------------------------------------------------ */

static void *waits_in_page(void *word)
{
	pthread_barrier_wait(&there);
	for (;;)
		if (futex_wait(word, 0) && errno == EFAULT)
			usleep(1000);
	return NULL;
}

/* On a stack that others have pages of: it stands in the kernel, and touches nothing. */
static void *stands_on(void *low)
{
	char *top = (char *)low + 16 * PAGE - 64;

	pthread_barrier_wait(&there);
	__asm__ volatile("mov %0, %%rsp\n\t"
			 "xor %%ebp, %%ebp\n"
			 "1:\tmov $34, %%eax\n\t" /* pause */
			 "syscall\n\t"
			 "jmp 1b"
			 :
			 : "r"(top));
	__builtin_unreachable();
}

static void change(unsigned int number)
{
	char *one = pages + number % (THREADS + 32) * PAGE;

	switch (number % 4) {
	case 0:
		munmap(one, PAGE);
		break;
	case 1:
		mprotect(one, PAGE, number & 64 ? PROT_NONE : PROT_READ);
		break;
	case 2:
		madvise(one, PAGE, MADV_DONTNEED);
		break;
	default:
		if (mmap(one, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED)
			memset(one, (int)number, number % PAGE);
	}
}

static void change_pages(void)
{
	pages = map((THREADS + 32) * PAGE);
	for (int i = 0; i < THREADS; i++)
		start(waits_in_page, pages + i * PAGE + 256, 0);
	for (int i = 0; i < 2; i++)
		start(stands_on, pages + (THREADS + i * 16) * PAGE, 0);
	ready();
	for (unsigned int number = 0;; number += 7)
		change(number);
}

/* --- edges ------------------------------------------------------------------------------------------------------ */

static void *waits_there(void *word)
{
	pthread_barrier_wait(&there);
	for (;;)
		if (futex_wait(word, *(uint32_t *)word) < 0)
			usleep(1000);
	return NULL;
}

static void strange(void)
{
	char *one = map(3 * PAGE), *file;
	int fd = memfd_create("cut", MFD_CLOEXEC);

	mprotect(one, PAGE, PROT_NONE);
	mprotect(one + 2 * PAGE, PAGE, PROT_NONE);
	start(waits_there, one + PAGE, 0);
	start(waits_there, one + 2 * PAGE - 4, 0);
	if (fd < 0 || ftruncate(fd, 2 * PAGE))
		err(1, "memfd");
	file = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	start(waits_there, file + PAGE - 8, 0);
	start(waits_in_page, file + PAGE + 8, 0);
	usleep(10000);
	if (ftruncate(fd, PAGE))
		err(1, "truncate");
	munmap(one + PAGE, PAGE);
	ready();
	for (;;)
		pause();
}

/* --- stacks ----------------------------------------------------------------------------------------------------- */

static void tell(const char *name)
{
	printf("%s %ld\n", name, syscall(SYS_gettid));
	fflush(stdout);
}

static __attribute__((noinline)) int recurse(int depth)
{
	volatile int here = depth;

	if (depth)
		return recurse(depth - 1) + here;
	tell("deep");
	pthread_barrier_wait(&there);
	pause();
	return here;
}

static void *deep(void *unused)
{
	return recurse(DEPTH) ? NULL : unused;
}

/* Code that no table tells of, and a frame pointer that points at itself before a return address into that code. */
static void *cyclic(void *unused)
{
	static const unsigned char code[] = {0xb8, 34, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7}; /* pause, for ever */
	static uintptr_t frames[8] __attribute__((aligned(16)));
	char *made = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	tell("cyclic");
	memcpy(made, code, sizeof(code));
	frames[2] = (uintptr_t)&frames[2];
	frames[3] = (uintptr_t)made + 4;
	pthread_barrier_wait(&there);
	__asm__ volatile("mov %0, %%rsp\n\t"
			 "mov %1, %%rbp\n\t"
			 "jmp *%2"
			 :
			 : "r"(frames), "r"(&frames[2]), "r"(made));
	return unused;
}

/* Return addresses everywhere, of functions that would each say to look further up, or down. */
static void *circle(void *unused)
{
	uintptr_t *stack = (uintptr_t *)map(64 * PAGE);

	tell("circle");
	for (size_t i = 0; i < 64 * PAGE / 8; i++)
		stack[i] = i % 3 ? (uintptr_t)&stack[(i * 5) % 1024] : (uintptr_t)circle + i % 64;
	pthread_barrier_wait(&there);
	__asm__ volatile("mov %0, %%rsp\n\t"
			 "mov %1, %%rbp\n"
			 "1:\tmov $34, %%eax\n\t"
			 "syscall\n\t"
			 "jmp 1b"
			 :
			 : "r"(stack + 512), "r"(stack + 520));
	return unused;
}

/* Stack and frame pointer at addresses that are none. */
static void *wild(void *unused)
{
	tell("wild");
	pthread_barrier_wait(&there);
	__asm__ volatile("mov $0x7ffffffffffffff8, %%rsp\n\t"
			 "mov $-8, %%rbp\n"
			 "1:\tmov $34, %%eax\n\t"
			 "syscall\n\t"
			 "jmp 1b" ::
				 : "memory");
	return unused;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	pthread_barrier_init(&there, NULL, 2);
	if (!strcmp(what, "locks")) {
		locks();
	} else if (!strcmp(what, "pages")) {
		change_pages();
	} else if (!strcmp(what, "strange")) {
		strange();
	} else if (!strcmp(what, "deep")) {
		start(deep, NULL, (size_t)DEPTH * 128);
		start(cyclic, NULL, 0);
		start(circle, NULL, 0);
		start(wild, NULL, 0);
		ready();
		for (;;)
			pause();
	}
	errx(2, "usage: memory locks|pages|strange|deep");
}
