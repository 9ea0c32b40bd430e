// SPDX-License-Identifier: GPL-2.0-only
/* Measures every way in a process of its own, so that the memory beside it is the only thing that
 * changes. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "userspace/cmd/learn/cost.h"
#include "userspace/util/clock.h"

#define SAMPLES_MIN 5
#define SAMPLES_MAX 500
#define COW_PAGES   256

static int compare(const void *a, const void *b)
{
	const uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

static uint64_t median(uint64_t *samples, size_t count)
{
	qsort(samples, count, sizeof(*samples), compare);
	return count % 2 ? samples[count / 2] : (samples[count / 2 - 1] + samples[count / 2]) / 2;
}

static struct cost_point measure_way(const struct cost_way *way, uint64_t budget_ns)
{
	uint64_t samples[SAMPLES_MAX];
	const uint64_t begin_ns = clock_now_ns();
	struct cost_point point = {0};

	point.error =
	    way->once(); /* the first is not counted: it warms what all later ones find warm */
	while (!point.error && point.count < SAMPLES_MAX &&
	       (point.count < SAMPLES_MIN || clock_now_ns() - begin_ns < budget_ns)) {
		const uint64_t before_ns = clock_now_ns();

		point.error = way->once();
		samples[point.count++] = clock_now_ns() - before_ns;
	}
	if (point.error)
		return (struct cost_point){.error = point.error};
	point.median_ns = median(samples, point.count);
	point.least_ns = samples[0];
	return point;
}

/* The part of a fork's cost that comes later: the first write to a page that both still share. */
static uint64_t measure_cow(char *memory, size_t bytes)
{
	uint64_t samples[COW_PAGES];
	const size_t pages = bytes / COST_COW_PAGE < COW_PAGES ? bytes / COST_COW_PAGE : COW_PAGES;
	pid_t child;

	if (!pages)
		return 0;
	child = fork();
	if (child < 0)
		return 0;
	if (!child) {
		pause();
		_exit(0);
	}
	for (size_t i = 0; i < pages; i++) {
		volatile char *page = memory + i * COST_COW_PAGE;
		const uint64_t before_ns = clock_now_ns();

		*page = 2;
		samples[i] = clock_now_ns() - before_ns;
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return median(samples, pages);
}

/* A figure of /proc/self/status in bytes; 0: not there. */
static uint64_t status_bytes(const char *key)
{
	FILE *file = fopen("/proc/self/status", "re");
	unsigned long long kilobytes = 0;
	char line[128];

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, key, strlen(key)))
			sscanf(line + strlen(key), ": %llu kB", &kilobytes);
	if (file)
		fclose(file);
	return kilobytes * 1024;
}

static int measure_here(uint64_t extra_bytes, uint64_t budget_ns, struct cost_row *row)
{
	char *memory = NULL;

	if (extra_bytes) {
		memory = mmap(NULL, extra_bytes, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (memory == MAP_FAILED)
			return -errno;
		/* Pages as most programs have them. With huge ones there is less to copy. */
		madvise(memory, extra_bytes, MADV_NOHUGEPAGE);
		for (uint64_t i = 0; i < extra_bytes; i += COST_COW_PAGE)
			memory[i] = 1;
	}
	row->resident_bytes = status_bytes("VmRSS");
	row->tables_bytes = status_bytes("VmPTE");
	for (size_t i = 0; i < COST_WAYS; i++)
		row->points[i] = measure_way(&cost_ways[i], budget_ns);
	row->cow_page_ns = measure_cow(memory, extra_bytes);
	return 0;
}

/* What the measuring process tells through the pipe. */
struct told {
	int error;
	struct cost_row row;
};

int cost_measure(uint64_t extra_bytes, uint64_t budget_ns, struct cost_row *row)
{
	struct told told = {.error = -EINTR};
	int ends[2], status;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	child = fork();
	if (child < 0) {
		close(ends[0]);
		close(ends[1]);
		return -errno;
	}
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGINT, SIG_DFL);
		told.error = measure_here(extra_bytes, budget_ns, &told.row);
		_exit(write(ends[1], &told, sizeof(told)) != sizeof(told));
	}
	close(ends[1]);
	if (read(ends[0], &told, sizeof(told)) != sizeof(told))
		told.error = -EINTR;
	close(ends[0]);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return -ENOMEM; /* the kernel's remedy when memory is short */
	*row = told.row;
	return told.error;
}
