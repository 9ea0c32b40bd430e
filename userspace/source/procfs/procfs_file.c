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

static int open_file(int proc, uint32_t pid, uint32_t tid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "%u/task/%u/%s", pid, tid, name);
	return openat(proc, path, O_RDONLY | O_CLOEXEC);
}

/* The whole of a small open file from its beginning, ended by NUL. Returns its bytes or -errno. */
static ssize_t read_open(int fd, char *text)
{
	ssize_t length = 0, part;

	do {
		part = pread(fd, text + length, FILE_BYTES - 1 - length, length);
		if (part < 0)
			length = -errno;
		else
			length += part;
		/* Each of these files ends with the end of a line, and is told in one piece. */
	} while (part > 0 && length < FILE_BYTES - 1 && text[length - 1] != '\n');
	text[length < 0 ? 0 : length] = '\0';
	return length;
}

static ssize_t read_file(int proc, uint32_t pid, uint32_t tid, const char *name, char *text)
{
	int fd = open_file(proc, pid, tid, name);
	ssize_t length;

	if (fd < 0)
		return -errno;
	length = read_open(fd, text);
	close(fd);
	return length;
}

void procfs_files_open(struct procfs_files *files, int proc, uint32_t pid, uint32_t tid)
{
	files->stat = open_file(proc, pid, tid, "stat");
	files->schedstat = open_file(proc, pid, tid, "schedstat");
}

void procfs_files_close(struct procfs_files *files)
{
	if (files->stat >= 0)
		close(files->stat);
	if (files->schedstat >= 0)
		close(files->schedstat);
	*files = (struct procfs_files){-1, -1};
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
		} else if (number == 20) {
			look->threads = strtoul(field, NULL, 10);
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

static int look_who(int proc, int stat, struct procfs_look *look)
{
	char text[FILE_BYTES];
	ssize_t length;

	length = stat >= 0 ? read_open(stat, text) : read_file(proc, look->pid, look->tid, "stat", text);
	return length < 0 ? (int)length : procfs_parse_stat(text, look);
}

static void look_ran(int proc, int schedstat, struct procfs_look *look)
{
	char text[FILE_BYTES];

	if ((schedstat >= 0 ? read_open(schedstat, text)
			    : read_file(proc, look->pid, look->tid, "schedstat", text)) > 0)
		sscanf(text, "%" SCNu64 " %" SCNu64 " %" SCNu64, &look->books.running_ns, &look->books.ready_ns,
		       &look->slices);
}

/* It may be refused or be gone: what is not told stays unknown. */
static void look_waits(int proc, struct procfs_look *look)
{
	char text[FILE_BYTES];

	if (read_file(proc, look->pid, look->tid, "status", text) > 0)
		procfs_parse_status(text, look);
	if (look->kernel_thread)
		look->wait.class = WAIT_CLASS_KERNEL;
	else if (look->letter != 'Z' && read_file(proc, look->pid, look->tid, "syscall", text) > 0)
		procfs_parse_syscall(text, look);
}

static struct procfs_look look_at(uint32_t pid, uint32_t tid)
{
	return (struct procfs_look){
	    .tid = tid,
	    .pid = pid,
	    .wait = {.syscall = -1, .class = WAIT_CLASS_UNSEEN},
	};
}

int procfs_look_who(int proc, uint32_t pid, uint32_t tid, struct procfs_look *look)
{
	*look = look_at(pid, tid);
	return look_who(proc, -1, look);
}

int procfs_look(int proc, uint32_t pid, uint32_t tid, struct procfs_look *look)
{
	int error = procfs_look_who(proc, pid, tid, look);

	if (error)
		return error;
	look_ran(proc, -1, look);
	look_waits(proc, look);
	return 0;
}

/* It was off its CPU at the last look, is so now, and did not get one in between. */
static bool has_slept_on(const struct procfs_look *last, const struct procfs_look *look)
{
	return look->start_ns == last->start_ns && look->letter == last->letter && look->letter != 'R' && !last->on_cpu &&
	       look->slices && look->slices == last->slices && look->books.running_ns == last->books.running_ns;
}

int procfs_look_again(int proc, const struct procfs_files *files, const struct procfs_look *last,
		      struct procfs_look *look)
{
	int error;

	*look = look_at(last->pid, last->tid);
	error = look_who(proc, files->stat, look);
	if (error)
		return error;
	look_ran(proc, files->schedstat, look);
	if (!has_slept_on(last, look)) {
		look_waits(proc, look);
		return 0;
	}
	look->books.voluntary = last->books.voluntary;
	look->books.involuntary = last->books.involuntary;
	look->ns_tid = last->ns_tid;
	look->ns_pid = last->ns_pid;
	look->wait = last->wait;
	return 0;
}
