// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/procfs/procfs_file.h"
#include "userspace/decode/syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PF_KTHREAD 0x00200000 /* include/linux/sched.h */
#define FILE_BYTES 32768 /* status lists the groups of its user, thousands here and there, before what is wanted */

/* The whole of a small file, ended by NUL. Returns its bytes or -errno. */
static ssize_t read_file(int proc, uint32_t pid, uint32_t tid, const char *name, char *text)
{
	char path[64];
	ssize_t length = 0, part;
	int fd;

	snprintf(path, sizeof(path), "%u/task/%u/%s", pid, tid, name);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (length < FILE_BYTES - 1) {
		part = read(fd, text + length, FILE_BYTES - 1 - length);
		if (part < 0)
			length = -errno;
		if (part <= 0)
			break;
		length += part;
	}
	close(fd);
	text[length < 0 ? 0 : length] = '\0';
	return length;
}

static uint32_t state_of(char letter)
{
	switch (letter) {
	case 'R':
		return TASK_S_RUNNING;
	case 'D':
		return TASK_S_UNINTERRUPTIBLE;
	case 'I':
		return TASK_S_UNINTERRUPTIBLE | TASK_S_NOLOAD;
	case 'T':
		return TASK_S_STOPPED;
	case 't':
		return TASK_S_TRACED;
	case 'Z':
		return TASK_S_EXIT_ZOMBIE;
	case 'X':
		return TASK_S_EXIT_DEAD;
	case 'P':
		return TASK_S_PARKED;
	default:
		return TASK_S_INTERRUPTIBLE;
	}
}

/* proc(5): pid (comm) state ppid ... The name may hold anything but ends at the last parenthesis.
 */
int procfs_parse_stat(char *text, struct procfs_look *look)
{
	char *name = strchr(text, '('), *end = strrchr(text, ')');
	char *rest, *field;
	size_t length;

	if (!name || !end || end < name || end[1] != ' ')
		return -EINVAL;
	length = end - name - 1;
	memset(look->name, 0, sizeof(look->name));
	memcpy(look->name, name + 1, length < sizeof(look->name) ? length : sizeof(look->name));

	rest = end + 2;
	for (int number = 3; (field = strsep(&rest, " ")); number++) {
		if (number == 3) {
			look->letter = *field;
			look->state = state_of(*field);
		} else if (number == 4) {
			look->parent_pid = strtoul(field, NULL, 10);
		} else if (number == 9) {
			look->kernel_thread = strtoul(field, NULL, 10) & PF_KTHREAD;
		} else if (number == 22) {
			look->start_ns = strtoull(field, NULL, 10) *
					 (1000000000ull / (uint64_t)sysconf(_SC_CLK_TCK));
		} else if (number == 39) {
			look->cpu = strtoul(field, NULL, 10);
		} else if (number == 52) {
			look->exit_code = strtoul(field, NULL, 10);
			return 0;
		}
	}
	return -EINVAL;
}

/* The last number of a line such as "NSpid:\t4711\t12": the innermost namespace's. */
static uint32_t last_number(const char *line)
{
	uint32_t number = 0;

	while (*line && *line != '\n') {
		if (*line >= '0' && *line <= '9')
			number = strtoul(line, (char **)&line, 10);
		else
			line++;
	}
	return number;
}

int procfs_parse_status(const char *text, struct procfs_look *look)
{
	int found = 0;

	/* Name: comes first and is escaped by the kernel, so that no line of it can pass for
	 * another. */
	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (!strncmp(text, "voluntary_ctxt_switches:", 24)) {
			look->books.voluntary = strtoull(text + 24, NULL, 10);
			found++;
		} else if (!strncmp(text, "nonvoluntary_ctxt_switches:", 27)) {
			look->books.involuntary = strtoull(text + 27, NULL, 10);
			found++;
		} else if (!strncmp(text, "NSpid:", 6)) {
			look->ns_tid = last_number(text + 6);
		} else if (!strncmp(text, "NStgid:", 7)) {
			look->ns_pid = last_number(text + 7);
		}
	}
	return found == 2 ? 0 : -EINVAL;
}

/* The kernel side reads the same arguments at switch-out (enum wait_class); what stands in memory
 * stays unread here. */
static void fill_wait(struct ev_wait *wait, int number, const uint64_t *args)
{
	wait->syscall = (int16_t)number;
	wait->class = syscall_info(number)->class;
	switch (wait->class) {
	case WAIT_CLASS_FUTEX:
		wait->address = args[0];
		wait->op = (uint16_t)args[1];
		wait->value = (uint32_t)args[2];
		wait->flags = args[3] ? WAIT_F_TIMED : 0;
		break;
	case WAIT_CLASS_CLOCK_SLEEP:
		wait->op = (uint16_t)args[1];
		break;
	case WAIT_CLASS_POLL:
		wait->address = args[0];
		wait->value = (uint32_t)args[1];
		break;
	default:
		wait->value = (uint32_t)args[0];
	}
}

/* proc_pid_syscall(5): "running", or "-1 sp pc", or the number, six arguments, sp and pc. */
int procfs_parse_syscall(const char *text, struct procfs_look *look)
{
	uint64_t args[6];
	int number;

	look->on_cpu = !strncmp(text, "running", 7);
	if (look->on_cpu)
		return 0;
	if (sscanf(text,
		   "%d 0x%" SCNx64 " 0x%" SCNx64 " 0x%" SCNx64 " 0x%" SCNx64 " 0x%" SCNx64
		   " 0x%" SCNx64,
		   &number, &args[0], &args[1], &args[2], &args[3], &args[4], &args[5]) == 7 &&
	    number >= 0) {
		fill_wait(&look->wait, number, args);
		return 0;
	}
	if (sscanf(text, "%d", &number) != 1)
		return -EINVAL;
	look->wait.class = WAIT_CLASS_FAULT;
	return 0;
}

int procfs_look(int proc, uint32_t pid, uint32_t tid, struct procfs_look *look)
{
	char text[FILE_BYTES];
	ssize_t length;
	int error;

	*look = (struct procfs_look){
	    .tid = tid,
	    .pid = pid,
	    .wait = {.syscall = -1, .class = WAIT_CLASS_UNSEEN},
	};
	length = read_file(proc, pid, tid, "stat", text);
	if (length < 0)
		return (int)length;
	error = procfs_parse_stat(text, look);
	if (error)
		return error;

	/* The rest may be refused or be gone: what is not told stays unknown. */
	if (read_file(proc, pid, tid, "status", text) > 0)
		procfs_parse_status(text, look);
	if (read_file(proc, pid, tid, "schedstat", text) > 0)
		sscanf(text, "%" SCNu64 " %" SCNu64, &look->books.running_ns,
		       &look->books.ready_ns);
	if (look->kernel_thread)
		look->wait.class = WAIT_CLASS_KERNEL;
	else if (look->letter != 'Z' && read_file(proc, pid, tid, "syscall", text) > 0)
		procfs_parse_syscall(text, look);
	return 0;
}
