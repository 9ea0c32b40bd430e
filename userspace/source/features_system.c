// SPDX-License-Identifier: GPL-2.0-only
/* The features that files and system calls tell of. */
#include "userspace/source/features_probes.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#define KERNEL_MAJOR 5 /* the oldest kernel with all that is needed: 5.15 */
#define KERNEL_MINOR 15
#define FIRST_PID_NAMESPACE 0xeffffffc /* PROC_PID_INIT_INO of include/linux/proc_ns.h: part of the ABI */

void feature_found(struct feature *feature, enum feature_state state, const char *format, ...)
{
	va_list args;

	feature->state = state;
	va_start(args, format);
	vsnprintf(feature->detail, sizeof(feature->detail), format, args);
	va_end(args);
}

/* The first line of a small file. Returns 0 or -errno. */
static int read_line(const char *path, char *line, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return -errno;
	length = read(fd, line, size - 1);
	close(fd);
	if (length < 0)
		return -errno;
	line[length] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return 0;
}

/* The effective capabilities; 0 when they cannot be read. */
uint64_t feature_capabilities(void)
{
	FILE *status = fopen("/proc/self/status", "re");
	char line[128];
	uint64_t bits = 0;

	while (status && fgets(line, sizeof(line), status))
		if (sscanf(line, "CapEff: %" SCNx64, &bits) == 1)
			break;
	if (status)
		fclose(status);
	return bits;
}

int feature_has(uint64_t bits, int capability)
{
	return (bits >> capability) & 1;
}

void feature_procfs(struct feature *feature)
{
	char line[64];
	int error = read_line("/proc/1/stat", line, sizeof(line));

	if (!error)
		feature_found(feature, FEATURE_OK, "every process is visible");
	else if (!access("/proc/self/stat", R_OK))
		feature_found(feature, FEATURE_OK,
			      "mounted; processes of others are hidden (hidepid)");
	else
		feature_found(feature, FEATURE_MISSING, "/proc/self/stat: %s", strerror(-error));
}

void feature_machine(struct feature *feature)
{
	struct utsname system;

	if (uname(&system))
		feature_found(feature, FEATURE_UNKNOWN, "%s", strerror(errno));
	else
		feature_found(feature,
			      strcmp(system.machine, "x86_64") ? FEATURE_MISSING : FEATURE_OK,
			      "%.64s", system.machine);
}

bool feature_kernel_has(int major, int minor)
{
	struct utsname system;
	int own_major, own_minor;

	if (uname(&system) || sscanf(system.release, "%d.%d", &own_major, &own_minor) != 2)
		return false;
	return own_major > major || (own_major == major && own_minor >= minor);
}

void feature_kernel(struct feature *feature)
{
	struct utsname system = {.release = "unknown"};

	uname(&system);
	feature_found(feature, feature_kernel_has(KERNEL_MAJOR, KERNEL_MINOR) ? FEATURE_OK : FEATURE_MISSING,
		      "%.64s; %d.%d or later is needed", system.release, KERNEL_MAJOR, KERNEL_MINOR);
}

void feature_capability(struct feature *feature)
{
	uint64_t bits = feature_capabilities();
	int bpf = feature_has(bits, CAP_BPF), perfmon = feature_has(bits, CAP_PERFMON);

	if (feature_has(bits, CAP_SYS_ADMIN))
		feature_found(feature, FEATURE_OK, "CAP_SYS_ADMIN");
	else if (bpf && perfmon)
		feature_found(feature, FEATURE_OK, "CAP_BPF and CAP_PERFMON");
	else
		feature_found(feature, FEATURE_MISSING, "%s%s%s", bpf ? "" : "no CAP_BPF",
			      bpf || perfmon ? "" : ", ", perfmon ? "" : "no CAP_PERFMON");
}

bool feature_numbers_are_kernels(void)
{
	struct stat own;

	/* Without /proc nothing is known; what follows fails then, and says so. */
	return stat("/proc/self/ns/pid", &own) || own.st_ino == FIRST_PID_NAMESPACE;
}

/* The probes tell of processes by the kernel's own numbers, which are not those that are seen in here. */
void feature_pid_namespace(struct feature *feature)
{
	if (feature_numbers_are_kernels())
		feature_found(feature, FEATURE_OK, "the numbers seen are the kernel's own");
	else
		feature_found(feature, FEATURE_MISSING, "this is another, as in a container");
}

void feature_lockdown(struct feature *feature)
{
	char line[64];

	if (read_line("/sys/kernel/security/lockdown", line, sizeof(line)))
		feature_found(feature, FEATURE_OK, "not in use");
	else
		feature_found(feature,
			      strstr(line, "[confidentiality]") ? FEATURE_MISSING : FEATURE_OK,
			      "%s", line);
}

void feature_schedstat(struct feature *feature)
{
	char line[64];
	int error = read_line("/proc/self/schedstat", line, sizeof(line));

	if (!error)
		feature_found(feature, FEATURE_OK, "/proc/PID/schedstat is there");
	else
		feature_found(feature, FEATURE_MISSING, "/proc/PID/schedstat: %s",
			      strerror(-error));
}

void feature_ptrace(struct feature *feature)
{
	uint64_t bits = feature_capabilities();
	char line[16];

	if (feature_has(bits, CAP_SYS_PTRACE))
		feature_found(feature, FEATURE_OK, "CAP_SYS_PTRACE");
	else if (read_line("/proc/sys/kernel/yama/ptrace_scope", line, sizeof(line)))
		feature_found(feature, FEATURE_OK, "your own processes may be read");
	else
		feature_found(feature, *line == '0' ? FEATURE_OK : FEATURE_MISSING,
			      "ptrace_scope is %s", line);
}

void feature_paranoid(struct feature *feature)
{
	char line[16];

	if (read_line("/proc/sys/kernel/perf_event_paranoid", line, sizeof(line)))
		feature_found(feature, FEATURE_OK, "no perf events; none are used");
	else
		feature_found(feature, FEATURE_OK, "%s; perf events are not used", line);
}

void feature_tracefs(struct feature *feature)
{
	feature_found(feature, FEATURE_OK, "%s; not used",
		      access("/sys/kernel/tracing/events", X_OK) ? "not mounted or not open"
								 : "mounted");
}
