// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/features.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define KERNEL_MAJOR 5 /* the oldest kernel with all that is needed: 5.15 */
#define KERNEL_MINOR 15

static void found(struct feature *feature, enum feature_state state, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void found(struct feature *feature, enum feature_state state, const char *format, ...)
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
static uint64_t capabilities(void)
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

static int has(uint64_t bits, int capability)
{
	return (bits >> capability) & 1;
}

static void probe_procfs(struct feature *feature)
{
	char line[64];
	int error = read_line("/proc/1/stat", line, sizeof(line));

	if (!error)
		found(feature, FEATURE_OK, "every process is visible");
	else if (!access("/proc/self/stat", R_OK))
		found(feature, FEATURE_OK, "mounted; processes of others are hidden (hidepid)");
	else
		found(feature, FEATURE_MISSING, "/proc/self/stat: %s", strerror(-error));
}

static void probe_machine(struct feature *feature)
{
	struct utsname system;

	if (uname(&system))
		found(feature, FEATURE_UNKNOWN, "%s", strerror(errno));
	else
		found(feature, strcmp(system.machine, "x86_64") ? FEATURE_MISSING : FEATURE_OK,
		      "%.64s", system.machine);
}

static void probe_kernel(struct feature *feature)
{
	struct utsname system;
	int major = 0, minor = 0;

	if (uname(&system) || sscanf(system.release, "%d.%d", &major, &minor) != 2) {
		found(feature, FEATURE_UNKNOWN, "its version cannot be read");
		return;
	}
	found(feature,
	      major > KERNEL_MAJOR || (major == KERNEL_MAJOR && minor >= KERNEL_MINOR)
		      ? FEATURE_OK : FEATURE_MISSING,
	      "%.64s; %d.%d or later is needed", system.release, KERNEL_MAJOR, KERNEL_MINOR);
}

static void probe_capability(struct feature *feature)
{
	uint64_t bits = capabilities();
	int bpf = has(bits, CAP_BPF), perfmon = has(bits, CAP_PERFMON);

	if (has(bits, CAP_SYS_ADMIN))
		found(feature, FEATURE_OK, "CAP_SYS_ADMIN");
	else if (bpf && perfmon)
		found(feature, FEATURE_OK, "CAP_BPF and CAP_PERFMON");
	else
		found(feature, FEATURE_MISSING, "%s%s%s", bpf ? "" : "no CAP_BPF",
		      bpf || perfmon ? "" : ", ", perfmon ? "" : "no CAP_PERFMON");
}

static void probe_syscall(struct feature *feature)
{
	/* A call that cannot succeed tells by its errno how far it came. */
	int fd = bpf_map_get_fd_by_id(UINT32_MAX);

	if (fd >= 0 || errno == ENOENT)
		found(feature, FEATURE_OK, "bpf(2) answers");
	else if (errno == EPERM)
		found(feature, FEATURE_UNKNOWN, "bpf(2) is refused for want of a right");
	else
		found(feature, FEATURE_MISSING, "bpf(2): %s", strerror(errno));
}

/* libbpf probes by trying: without the right, "no" would mean nothing. */
static void judge_probe(struct feature *feature, int result)
{
	uint64_t bits = capabilities();

	if (result == 1)
		found(feature, FEATURE_OK, "tried, works");
	else if (!has(bits, CAP_SYS_ADMIN) && !has(bits, CAP_BPF))
		found(feature, FEATURE_UNKNOWN, "not to be told without CAP_BPF");
	else
		found(feature, FEATURE_MISSING, "tried, refused%s%s", result < 0 ? ": " : "",
		      result < 0 ? strerror(-result) : "");
}

static void probe_ringbuf(struct feature *feature)
{
	judge_probe(feature, libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, NULL));
}

static void probe_storage(struct feature *feature)
{
	judge_probe(feature, libbpf_probe_bpf_map_type(BPF_MAP_TYPE_TASK_STORAGE, NULL));
}

static void probe_tracing(struct feature *feature)
{
	judge_probe(feature, libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_TRACING, NULL));
}

static void probe_btf(struct feature *feature)
{
	struct btf *btf = btf__load_vmlinux_btf();

	if (!btf) {
		found(feature, FEATURE_MISSING, "/sys/kernel/btf/vmlinux: %s", strerror(errno));
		return;
	}
	found(feature, FEATURE_OK, "%u types", btf__type_cnt(btf));
	btf__free(btf);
}

/* Are all these there? kind: the BTF kind that they are of. */
static void look_up(struct feature *feature, const char *const *names, uint32_t kind)
{
	struct btf *btf = btf__load_vmlinux_btf();

	if (!btf) {
		found(feature, FEATURE_UNKNOWN, "not to be told without BTF");
		return;
	}
	found(feature, FEATURE_OK, "%s", "");
	for (; *names; names++) {
		size_t used = strlen(feature->detail);

		if (btf__find_by_name_kind(btf, *names, kind) > 0)
			continue;
		snprintf(feature->detail + used, sizeof(feature->detail) - used, "%s%s",
			 used ? ", " : "no ", *names);
		feature->state = FEATURE_MISSING;
	}
	if (feature->state == FEATURE_OK)
		found(feature, FEATURE_OK, "all of them");
	btf__free(btf);
}

static void probe_tracepoints(struct feature *feature)
{
	static const char *const names[] = {
		"btf_trace_sched_switch",	"btf_trace_sched_waking",
		"btf_trace_task_newtask",	"btf_trace_sched_process_exec",
		"btf_trace_sched_process_exit", "btf_trace_task_rename", NULL,
	};

	look_up(feature, names, BTF_KIND_TYPEDEF);
}

static void probe_iterator(struct feature *feature)
{
	static const char *const names[] = {"bpf_iter__task", NULL};

	look_up(feature, names, BTF_KIND_STRUCT);
}

static void probe_lockdown(struct feature *feature)
{
	char line[64];

	if (read_line("/sys/kernel/security/lockdown", line, sizeof(line)))
		found(feature, FEATURE_OK, "not in use");
	else
		found(feature, strstr(line, "[confidentiality]") ? FEATURE_MISSING : FEATURE_OK,
		      "%s", line);
}

static void probe_schedstat(struct feature *feature)
{
	char line[64];
	int error = read_line("/proc/self/schedstat", line, sizeof(line));

	if (!error)
		found(feature, FEATURE_OK, "/proc/PID/schedstat is there");
	else
		found(feature, FEATURE_MISSING, "/proc/PID/schedstat: %s", strerror(-error));
}

static void probe_ptrace(struct feature *feature)
{
	uint64_t bits = capabilities();
	char line[16];

	if (has(bits, CAP_SYS_PTRACE))
		found(feature, FEATURE_OK, "CAP_SYS_PTRACE");
	else if (read_line("/proc/sys/kernel/yama/ptrace_scope", line, sizeof(line)))
		found(feature, FEATURE_OK, "your own processes may be read");
	else
		found(feature, *line == '0' ? FEATURE_OK : FEATURE_MISSING, "ptrace_scope is %s", line);
}

static void probe_paranoid(struct feature *feature)
{
	char line[16];

	if (read_line("/proc/sys/kernel/perf_event_paranoid", line, sizeof(line)))
		found(feature, FEATURE_OK, "no perf events; none are used");
	else
		found(feature, FEATURE_OK, "%s; perf events are not used", line);
}

static void probe_tracefs(struct feature *feature)
{
	found(feature, FEATURE_OK, "%s; not used",
	      access("/sys/kernel/tracing/events", X_OK) ? "not mounted or not open" : "mounted");
}

#define AS_ROOT "run as root, or: setcap cap_bpf,cap_perfmon,cap_sys_ptrace+ep on thrace"

static const struct {
	const char *name, *what;
	enum feature_need need;
	void (*probe)(struct feature *feature);
	const char *remedy;
} probes[] = {
	{"procfs", "/proc, which tells of processes", NEED_PROCFS, probe_procfs,
	 "mount -t proc proc /proc"},
	{"machine", "an x86-64 machine", NEED_BPF, probe_machine,
	 "--source=procfs; waits are not told apart on other machines"},
	{"kernel", "a kernel that is new enough", NEED_BPF, probe_kernel,
	 "install a later kernel, or use --source=procfs"},
	{"capability", "the right to load BPF programs", NEED_BPF, probe_capability, AS_ROOT},
	{"bpf_syscall", "the bpf(2) system call", NEED_BPF, probe_syscall,
	 "a kernel with CONFIG_BPF_SYSCALL; in a container, a seccomp profile that allows bpf"},
	{"btf", "the kernel's type information", NEED_BPF, probe_btf,
	 "a kernel with CONFIG_DEBUG_INFO_BTF, and /sys mounted"},
	{"tp_btf", "the tracepoints: switch, waking, newtask, exec, exit, rename", NEED_BPF,
	 probe_tracepoints, "a kernel with CONFIG_TRACEPOINTS and CONFIG_DEBUG_INFO_BTF"},
	{"tracing", "programs on BTF tracepoints", NEED_BPF, probe_tracing,
	 "a kernel with CONFIG_BPF_EVENTS; " AS_ROOT},
	{"iter_task", "the iterator over threads", NEED_BPF, probe_iterator,
	 "a kernel of 5.8 or later with CONFIG_BPF_EVENTS"},
	{"ring_buffer", "the BPF ring buffer", NEED_BPF, probe_ringbuf,
	 "a kernel of 5.8 or later; " AS_ROOT},
	{"task_storage", "BPF storage per thread", NEED_BPF, probe_storage,
	 "a kernel of 5.11 or later; " AS_ROOT},
	{"lockdown", "a kernel that lets itself be read", NEED_BPF, probe_lockdown,
	 "boot without lockdown=confidentiality"},
	{"schedstat", "the kernel's own books, to compare with", NEED_LATER, probe_schedstat,
	 "a kernel with CONFIG_SCHED_INFO"},
	{"ptrace", "the right to read other processes' memory", NEED_LATER, probe_ptrace,
	 "run as root, or: sysctl kernel.yama.ptrace_scope=0"},
	{"perf_event_paranoid", "perf's own restriction", NEED_NOT, probe_paranoid, ""},
	{"tracefs", "tracefs", NEED_NOT, probe_tracefs, ""},
};

_Static_assert(sizeof(probes) / sizeof(*probes) <= FEATURES_MAX, "callers have room for all");

static int say_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

size_t features_probe(struct feature features[FEATURES_MAX])
{
	libbpf_print_fn_t before = libbpf_set_print(say_nothing);
	size_t count = sizeof(probes) / sizeof(*probes);

	for (size_t i = 0; i < count; i++) {
		features[i] = (struct feature){
			.name = probes[i].name,
			.what = probes[i].what,
			.need = probes[i].need,
			.remedy = probes[i].remedy,
		};
		probes[i].probe(&features[i]);
	}
	libbpf_set_print(before);
	return count;
}
