// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/outside.h"

#include <stdio.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include "userspace/util/clock.h"

void outside_begin(struct ev_begin *begin, uint64_t ts_ns, enum begin_source source, bool whole_system)
{
	struct utsname system;
	struct timespec now;
	uint64_t since_ns = clock_now_ns() - ts_ns;

	clock_gettime(CLOCK_REALTIME, &now);
	*begin = (struct ev_begin){
		.head = {.ts_ns = ts_ns, .size = sizeof(*begin), .kind = REC_begin},
		.source = source,
		.cpus = (uint32_t)sysconf(_SC_NPROCESSORS_ONLN),
		.realtime_ns = (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec - since_ns,
		.whole_system = whole_system,
	};
	if (uname(&system))
		return;
	snprintf(begin->host, sizeof(begin->host), "%.63s", system.nodename);
	snprintf(begin->kernel, sizeof(begin->kernel), "%.63s", system.release);
}

void outside_launch(struct ev_launch *launch, uint64_t ts_ns, uint32_t pid)
{
	*launch = (struct ev_launch){
		.head = {.ts_ns = ts_ns, .size = sizeof(*launch), .kind = REC_launch},
		.pid = pid,
		.parent_pid = (uint32_t)getpid(),
	};
}

void outside_end(struct ev_end *end, uint64_t ts_ns)
{
	*end = (struct ev_end){.head = {.ts_ns = ts_ns, .size = sizeof(*end), .kind = REC_end}};
}
