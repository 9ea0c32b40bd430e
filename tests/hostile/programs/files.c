/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Code from a file that is none, or no longer what it was. Usage: files FILE OFFSET
 *
 * Maps FILE as code and calls what lies at OFFSET of it, which sleeps for ever ("inside TID"); another thread sleeps in this
 * program itself. Prints "ready", reads a line when the file has been changed, and stays.
 */
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_barrier_t there;

static void *inside(void *code)
{
	printf("inside %ld\n", syscall(SYS_gettid));
	fflush(stdout);
	pthread_barrier_wait(&there);
	((void (*)(void))code)();
	return NULL;
}

static void *outside(void *unused)
{
	pthread_barrier_wait(&there);
	pause();
	return unused;
}

int main(int argc, char **argv)
{
	struct stat status;
	pthread_t thread;
	char *code;
	int fd;

	if (argc != 3)
		errx(2, "usage: files FILE OFFSET");
	fd = open(argv[1], O_RDONLY);
	if (fd < 0 || fstat(fd, &status))
		err(1, "%s", argv[1]);
	code = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	if (code == MAP_FAILED)
		err(1, "mmap");
	close(fd);
	pthread_barrier_init(&there, NULL, 3);
	pthread_create(&thread, NULL, inside, code + strtoul(argv[2], NULL, 0));
	pthread_create(&thread, NULL, outside, NULL);
	pthread_barrier_wait(&there);
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
