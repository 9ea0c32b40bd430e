// SPDX-License-Identifier: GPL-2.0-only
/*
 * The threads that were there before: marked and told, each once, by the kernel's own walk over all threads. The
 * records leave through the iterator's file, not through a ring, so none is ever lost. Where processes are asked for by
 * name it walks again when one has taken such a name (on_task_rename).
 */
#include "bpf/core/filter.h"
#include "bpf/core/compat.h"
#include "bpf/probes/books.h"
#include "bpf/probes/wait.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ev_task_snapshot);
} snapshot_room SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ev_task_registers);
} registers_room SEC(".maps");

/* CLOCK_MONOTONIC minus the scheduler's clock, as userspace found it just before the walk; 0: not known. */
__s64 sched_clock_offset_ns = 0;
__u64 walker_arrival_ns = 0; /* when the walker itself got its CPU, by CLOCK_MONOTONIC */

bool walked_before = false; /* this walk is for those only who have become wanted since */
__u64 snapshots_lost = 0; /* threads for whose mark there was no memory */

/*
 * Objects become numbers: equal for equal objects, and no way back without the key. The pointer is read as bytes: the
 * verifier lets nobody calculate with one that it knows.
 */
static __always_inline __u64 identity(const void *pointer)
{
	__u64 x = 0;

	bpf_probe_read_kernel(&x, sizeof(x), pointer);
	if (!x)
		return 0;
	x ^= config.identity_key;
	x = (x ^ x >> 33) * 0xff51afd7ed558ccdull;
	x = (x ^ x >> 33) * (config.identity_key | 1);
	x ^= x >> 29;
	return x ? x : 1;
}

/*
 * When it left the CPU: the time that it got it last and the slice that it then used. The scheduler's clock is not
 * CLOCK_MONOTONIC; the walker, who has just got its own CPU, knows the difference.
 */
static __always_inline bool since_read(struct ev_task_snapshot *ev, struct task_struct *task)
{
	__u64 slice_ns;

	if (!walker_arrival_ns || !task->sched_info.last_arrival || !slice_of(task, &slice_ns))
		return false;
	ev->since_ns = task->sched_info.last_arrival + slice_ns + sched_clock_offset_ns;
	return ev->since_ns <= ev->head.ts_ns;
}

static __always_inline void state_read(struct ev_task_snapshot *ev, struct task_struct *task)
{
	__u8 flags = task->flags & PF_KTHREAD ? SNAPSHOT_F_KERNEL : 0;
	struct pt_regs *regs;

	ev->state = 0;
	if (task->on_cpu)
		flags |= SNAPSHOT_F_ON_CPU;
	else if (!is_queued(task))
		ev->state = task_state_of(task) | task->exit_state;
	if (ev->state && since_read(ev, task))
		flags |= SNAPSHOT_F_SINCE;
	if (ev->state && ev->mm_id && !(task->flags & (PF_KTHREAD | PF_IO_WORKER))) {
		regs = (struct pt_regs *)bpf_task_pt_regs(task);
		ev->user_ip = regs->ip;
		ev->user_sp = regs->sp;
		ev->tls_base = task->thread.fsbase;
	}
	wait_read(&ev->wait, task, ev->mm_id, false);
	ev->head.flags = flags;
}

static __always_inline void snapshot_fill(struct ev_task_snapshot *ev, struct task_struct *task)
{
	__builtin_memset(ev, 0, sizeof(*ev));
	ev->head.ts_ns = bpf_ktime_get_ns();
	ev->head.size = sizeof(*ev);
	ev->head.kind = REC_task_snapshot;
	ev->head.cpu = bpf_get_smp_processor_id();
	ev->tid = task->pid;
	ev->pid = task->tgid;
	ev->parent_pid = BPF_CORE_READ(task, real_parent, tgid);
	ev->ns_tid = own_number(task);
	ev->ns_pid = own_number(BPF_CORE_READ(task, group_leader));
	ev->start_ns = task->start_time;
	ev->clear_tid_address = (__u64)task->clear_child_tid;
	ev->mm_id = identity(&task->mm);
	ev->files_id = identity(&task->files);
	ev->fs_id = identity(&task->fs);
	ev->sighand_id = identity(&task->sighand);
	ev->signal_id = identity(&task->signal);
	books_read(&ev->books, task);
	name_read(ev->name, task->comm);
	state_read(ev, task);
}

/* Only of one that is off the CPU: what it saved when it left user space lies still until it runs again. */
static __always_inline bool has_registers(struct task_struct *task)
{
	return !task->on_cpu && task->mm && !(task->flags & (PF_KTHREAD | PF_IO_WORKER | PF_EXITING));
}

static __always_inline void registers_fill(struct ev_task_registers *ev, struct task_struct *task)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	bool in_syscall = (long)regs->orig_ax >= 0; /* then ax holds nothing of the thread's */

	*ev = (struct ev_task_registers){
		.head = {.ts_ns = bpf_ktime_get_ns(), .size = sizeof(*ev), .kind = REC_task_registers,
			 .flags = REGISTERS_F_GENERAL | REGISTERS_F_BASES, .cpu = bpf_get_smp_processor_id()},
		.tid = task->pid, .pid = task->tgid,
		.ip = regs->ip, .sp = regs->sp, .flags = regs->flags,
		.ax = in_syscall ? regs->orig_ax : regs->ax, .bx = regs->bx, .cx = regs->cx, .dx = regs->dx,
		.si = regs->si, .di = regs->di, .bp = regs->bp,
		.r8 = regs->r8, .r9 = regs->r9, .r10 = regs->r10, .r11 = regs->r11,
		.r12 = regs->r12, .r13 = regs->r13, .r14 = regs->r14, .r15 = regs->r15,
		.fs_base = task->thread.fsbase, .gs_base = task->thread.gsbase,
	};
}

static __always_inline void registers_tell(struct seq_file *seq, struct task_struct *task)
{
	struct ev_task_registers *ev;
	__u32 zero = 0;

	if (!config.registers || !has_registers(task))
		return;
	ev = bpf_map_lookup_elem(&registers_room, &zero);
	if (!ev)
		return;
	registers_fill(ev, task);
	bpf_seq_write(seq, ev, sizeof(*ev));
}

/*
 * False: it went while it was marked. PF_EXITING is set before its exit is told: either that found the mark, and then it
 * is told after what is written here, or the mark comes too late and is taken back.
 */
static __always_inline bool stays(struct task_struct *task, struct mark *mark)
{
	if (!(task->flags & PF_EXITING) || !mark_end(mark))
		return true;
	bpf_task_storage_delete(&marks, task);
	return false;
}

/* A leader that ended before its threads still gives the process its name. */
static __always_inline void exiting_tell(struct seq_file *seq, struct ev_task_snapshot *ev)
{
	ev->head.flags = SNAPSHOT_F_CONTEXT;
	if (ev->tid == ev->pid)
		bpf_seq_write(seq, ev, sizeof(*ev));
}

SEC("iter/task")
int on_task_snapshot(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct ev_task_snapshot *ev;
	struct mark *mark;
	__u32 zero = 0;

	if (!task)
		return 0;
	if (!sched_clock_offset_ns && walker_arrival_ns)
		sched_clock_offset_ns =
			walker_arrival_ns - bpf_get_current_task_btf()->sched_info.last_arrival;
	if (walked_before && mark_of(task))
		return 0;
	if (!is_wanted(task) && !is_child_of_target(task))
		return 0;
	ev = bpf_map_lookup_elem(&snapshot_room, &zero);
	if (!ev)
		return 0;
	snapshot_fill(ev, task);
	if (task->flags & PF_EXITING) {
		exiting_tell(seq, ev);
		return 0;
	}
	mark = mark_task(task);
	if (!mark) {
		__sync_fetch_and_add(&snapshots_lost, 1);
		return 0;
	}
	mark->clear_tid_address = ev->clear_tid_address;
	if (!stays(task, mark)) {
		exiting_tell(seq, ev);
		return 0;
	}
	bpf_seq_write(seq, ev, sizeof(*ev));
	registers_tell(seq, task);
	return 0;
}
