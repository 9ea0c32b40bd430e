// SPDX-License-Identifier: GPL-2.0-only
/* The features that only BPF itself can tell of. */
#include "userspace/source/features_probes.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BTF_FILE "/sys/kernel/btf/vmlinux"

void feature_syscall(struct feature *feature)
{
	/* A call that cannot succeed tells by its errno how far it came. */
	int fd = bpf_map_get_fd_by_id(UINT32_MAX);

	if (fd >= 0 || errno == ENOENT)
		feature_found(feature, FEATURE_OK, "bpf(2) answers");
	else if (errno == EPERM)
		feature_found(feature, FEATURE_UNKNOWN, "bpf(2) is refused for want of a right");
	else
		feature_found(feature, FEATURE_MISSING, "bpf(2): %s", strerror(errno));
}

/* libbpf probes by trying: without the right, "no" would mean nothing. */
static void judge(struct feature *feature, int result)
{
	uint64_t bits = feature_capabilities();

	if (result == 1)
		feature_found(feature, FEATURE_OK, "tried, works");
	else if (!feature_has(bits, CAP_SYS_ADMIN) && !feature_has(bits, CAP_BPF))
		feature_found(feature, FEATURE_UNKNOWN, "not to be told without CAP_BPF");
	else
		feature_found(feature, FEATURE_MISSING, "tried, refused%s%s",
			      result < 0 ? ": " : "", result < 0 ? strerror(-result) : "");
}

void feature_ringbuf(struct feature *feature)
{
	judge(feature, libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, NULL));
}

void feature_storage(struct feature *feature)
{
	judge(feature, libbpf_probe_bpf_map_type(BPF_MAP_TYPE_TASK_STORAGE, NULL));
}

void feature_btf(struct feature *feature)
{
	struct btf *btf = btf__load_vmlinux_btf();

	if (!btf) {
		feature_found(feature, FEATURE_MISSING, BTF_FILE ": %s",
			      strerror(access(BTF_FILE, R_OK) ? errno : EINVAL));
		return;
	}
	feature_found(feature, FEATURE_OK, "%u types", btf__type_cnt(btf));
	btf__free(btf);
}

/* Are all these there? kind: the BTF kind that they are of. */
static void look_up(struct feature *feature, const char *const *names, uint32_t kind)
{
	struct btf *btf = btf__load_vmlinux_btf();

	if (!btf) {
		feature_found(feature, FEATURE_UNKNOWN, "not to be told without BTF");
		return;
	}
	feature_found(feature, FEATURE_OK, "%s", "");
	for (; *names; names++) {
		size_t used = strlen(feature->detail);

		if (btf__find_by_name_kind(btf, *names, kind) > 0)
			continue;
		snprintf(feature->detail + used, sizeof(feature->detail) - used, "%s%s",
			 used ? ", " : "no ", *names);
		feature->state = FEATURE_MISSING;
	}
	if (feature->state == FEATURE_OK)
		feature_found(feature, FEATURE_OK, "all of them");
	btf__free(btf);
}

void feature_tracepoints(struct feature *feature)
{
	static const char *const names[] = {
	    "btf_trace_sched_switch",
	    "btf_trace_sched_waking",
	    "btf_trace_task_newtask",
	    "btf_trace_sched_process_exec",
	    "btf_trace_sched_process_exit",
	    "btf_trace_task_rename",
	    NULL,
	};

	look_up(feature, names, BTF_KIND_TYPEDEF);
}

/*
 * Loads, without attaching it anywhere, the smallest program of the very kind that the probes are
 * of. libbpf's own test of tracing programs wants fentry, which not every kernel has and which is
 * not needed.
 */
static void try_program(struct feature *feature, const char *name, uint32_t kind,
			enum bpf_attach_type attach)
{
	static const struct bpf_insn nothing[] = {
	    {.code = BPF_ALU64 | BPF_MOV | BPF_K}, /* r0 = 0 */
	    {.code = BPF_JMP | BPF_EXIT},
	};
	struct bpf_prog_load_opts options = {
	    .sz = sizeof(options),
	    .expected_attach_type = attach,
	};
	struct btf *btf = btf__load_vmlinux_btf();
	int id = btf ? btf__find_by_name_kind(btf, name, kind) : -ENOENT, program;

	btf__free(btf);
	if (id <= 0) {
		feature_found(feature, FEATURE_MISSING, "the kernel's types have no %s", name);
		return;
	}
	options.attach_btf_id = (uint32_t)id;
	program =
	    bpf_prog_load(BPF_PROG_TYPE_TRACING, "thrace_doctor", "GPL", nothing, 2, &options);
	judge(feature, program >= 0 ? 1 : program);
	if (program >= 0)
		close(program);
}

void feature_tracing(struct feature *feature)
{
	try_program(feature, "btf_trace_sched_switch", BTF_KIND_TYPEDEF, BPF_TRACE_RAW_TP);
}

void feature_iterator(struct feature *feature)
{
	try_program(feature, "bpf_iter_task", BTF_KIND_FUNC, BPF_TRACE_ITER);
}
