// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/source/features_probes.h"

#include <bpf/libbpf.h>
#include <stdarg.h>

#define AS_ROOT "run as root, or: setcap cap_bpf,cap_perfmon,cap_sys_ptrace+ep on thrace"

static const struct {
	const char *name, *what;
	enum feature_need need;
	feature_probe *probe;
	const char *remedy;
} probes[] = {
    {"procfs", "/proc, which tells of processes", NEED_PROCFS, feature_procfs,
     "mount -t proc proc /proc"},
    {"machine", "an x86-64 machine", NEED_BPF, feature_machine,
     "--source=procfs; waits are not told apart on other machines"},
    {"kernel", "a kernel that is new enough", NEED_BPF, feature_kernel,
     "install a later kernel, or use --source=procfs"},
    {"capability", "the right to load BPF programs", NEED_BPF, feature_capability, AS_ROOT},
    {"pid_namespace", "the first pid namespace", NEED_BPF, feature_pid_namespace,
     "start thrace outside of the container, or the container with --pid=host"},
    {"bpf_syscall", "the bpf(2) system call", NEED_BPF, feature_syscall,
     "a kernel with CONFIG_BPF_SYSCALL; in a container, a seccomp profile that allows bpf"},
    {"btf", "the kernel's type information", NEED_BPF, feature_btf,
     "a kernel with CONFIG_DEBUG_INFO_BTF, and /sys mounted"},
    {"tp_btf", "the tracepoints on threads and processes", NEED_BPF,
     feature_tracepoints, "a kernel with CONFIG_TRACEPOINTS and CONFIG_DEBUG_INFO_BTF"},
    {"tracing", "programs on BTF tracepoints", NEED_BPF, feature_tracing,
     "a kernel with CONFIG_BPF_EVENTS; " AS_ROOT},
    {"iter_task", "the iterator over threads", NEED_BPF, feature_iterator,
     "a kernel of 5.8 or later with CONFIG_BPF_EVENTS"},
    {"ring_buffer", "the BPF ring buffer", NEED_BPF, feature_ringbuf,
     "a kernel of 5.8 or later; " AS_ROOT},
    {"task_storage", "BPF storage per thread", NEED_BPF, feature_storage,
     "a kernel of 5.15 or later; " AS_ROOT},
    {"lockdown", "a kernel that lets itself be read", NEED_BPF, feature_lockdown,
     "boot without lockdown=confidentiality"},
    {"schedstat", "the kernel's own books, to compare with", NEED_LATER, feature_schedstat,
     "a kernel with CONFIG_SCHED_INFO"},
    {"ptrace", "the right to read other processes' memory", NEED_LATER, feature_ptrace,
     "run as root, or: sysctl kernel.yama.ptrace_scope=0"},
    {"perf_event_paranoid", "perf's own restriction", NEED_NOT, feature_paranoid, ""},
    {"tracefs", "tracefs", NEED_NOT, feature_tracefs, ""},
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
