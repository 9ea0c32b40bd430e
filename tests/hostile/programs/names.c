/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Threads, files and mappings with names that a terminal, a page or a parser might obey. Usage: names FOLDER [SECONDS].
 * In FOLDER it makes a FIFO, a locked file and a mapped file of such names, and a thread waits on each of the first two.
 * Prints "ready", and stays; with SECONDS it ends after so long.
 */
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* As the kernel keeps them: 15 bytes. tests/hostile/names knows the same ones. */
static const char *const names[] = {
	"\033]0;OWNED\007", "\033[2J\033[31mRED", "a\nb\rc\td\bX",	 "\xff\xfe\xc3(\x80", "\xe2\x80\xaetxt.exe",
	"zw\xe2\x80\x8b\xe2\x81\xa6\xef\xbb\xbf", "\xc2\x9b" "31mC1",	"\x9b" "31mraw",	      "</script><b>",
	"&quot;'\"><x y='",	"a;b,c\"d\"",		 "=1+1",		 "\\u{202e}\\n",      "\x7f\x01\x02\x1f",
	"\xf0\x9f\x98\x80\xf3\xa0\x81\x81", "{\"a\":[1}", "..\xe2\x80\xa8\xe2\x80\xa9", ") R 1 1 1 (x", "-->]]>", "",
};

#define NAMES (sizeof(names) / sizeof(*names))
#define NASTY "\033[31mn\nasty\xff\xe2\x80\xae<script>;,\""

static pthread_barrier_t named;
static char folder[200];

static void call_me(const char *name)
{
	prctl(PR_SET_NAME, name);
	pthread_barrier_wait(&named);
}

static void path_of(char *path, size_t size, const char *ending)
{
	snprintf(path, size, "%s/%s%s", folder, NASTY, ending);
}

static void *sleeps(void *name)
{
	call_me(name);
	for (;;)
		usleep(20000);
	return NULL;
}

static void *reads_fifo(void *unused)
{
	char path[300], byte;
	int fd;

	path_of(path, sizeof(path), ".fifo");
	fd = open(path, O_RDWR);
	call_me("reads");
	if (fd < 0 || read(fd, &byte, 1) != 1)
		err(1, "fifo");
	return unused;
}

static void *locks_file(void *unused)
{
	char path[300];
	int fd;

	path_of(path, sizeof(path), ".lock");
	fd = open(path, O_RDWR | O_CREAT, 0600);
	call_me("locks");
	if (fd < 0 || flock(fd, LOCK_EX))
		err(1, "lock");
	return unused;
}

static void *accepts(void *unused)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "%s%d", NASTY, getpid());
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 1))
		err(1, "socket");
	call_me("accepts");
	accept(fd, NULL, NULL);
	return unused;
}

static void make_files(void)
{
	char path[300];
	int fd;

	path_of(path, sizeof(path), ".fifo");
	if (mkfifo(path, 0600))
		err(1, "mkfifo");
	path_of(path, sizeof(path), ".lock");
	fd = open(path, O_RDWR | O_CREAT, 0600);
	if (fd < 0 || flock(fd, LOCK_EX))
		err(1, "lock");
	path_of(path, sizeof(path), ".map");
	fd = open(path, O_RDWR | O_CREAT, 0600);
	if (fd < 0 || ftruncate(fd, 4096) || mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0) == MAP_FAILED)
		err(1, "map");
}

int main(int argc, char **argv)
{
	static void *(*const others[])(void *) = {reads_fifo, locks_file, accepts};
	pthread_t thread;

	if (argc < 2)
		errx(2, "usage: names FOLDER [SECONDS]");
	snprintf(folder, sizeof(folder), "%s", argv[1]);
	make_files();
	pthread_barrier_init(&named, NULL, NAMES + 4);
	for (size_t i = 0; i < NAMES; i++)
		pthread_create(&thread, NULL, sleeps, (void *)(unsigned long)names[i]);
	for (size_t i = 0; i < 3; i++)
		pthread_create(&thread, NULL, others[i], NULL);
	pthread_barrier_wait(&named);
	puts("ready");
	fflush(stdout);
	if (argc < 3)
		for (;;)
			pause();
	usleep((unsigned int)(atof(argv[2]) * 1e6));
	return 0;
}
