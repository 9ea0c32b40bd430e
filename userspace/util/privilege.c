// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/util/privilege.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int keep_capabilities(uint64_t keep)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[2];

	if (syscall(SYS_capget, &header, sets))
		return -errno;
	for (unsigned int i = 0; i < 2; i++) {
		sets[i].permitted &= (uint32_t)(keep >> 32 * i);
		sets[i].effective &= (uint32_t)(keep >> 32 * i);
		sets[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &header, sets))
		return -errno;
	/* Not known before 4.3. */
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) && errno != EINVAL ? -errno : 0;
}

/* LeakSanitizer looks at its own process with ptrace(2), from a thread of its own. */
#ifdef __SANITIZE_ADDRESS__
#define NEVER_IN_EARNEST(X)
#else
#define NEVER_IN_EARNEST(X) X(ptrace)
#endif

#define NEVER(X)                                                                                   \
	X(execve) X(execveat) X(process_vm_writev) X(mount) X(umount2) X(pivot_root)     \
	X(chroot) X(init_module) X(finit_module) X(delete_module) X(kexec_load) X(reboot)          \
	X(swapon) X(swapoff) X(setuid) X(setgid) X(setreuid) X(setregid) X(setresuid)              \
	X(setresgid) X(setgroups) X(setns) X(unshare) X(add_key) X(keyctl) X(personality)          \
	X(tkill) X(rt_sigqueueinfo) X(rt_tgsigqueueinfo) X(pidfd_send_signal)                      \
	X(iopl) X(ioperm) X(settimeofday) X(clock_settime) X(sethostname) X(quotactl) X(acct)

static int refuse_calls(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#define X(name)                                                                                    \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1),                                     \
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		NEVER(X) NEVER_IN_EARNEST(X)
#undef X
		/* kill(2): one process, not a group (0, negative) or everybody (-1). */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_kill, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 1u << 31, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {.len = sizeof(filter) / sizeof(*filter), .filter = filter};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) ? -errno : 0;
}

int privilege_drop(uint64_t keep)
{
	int error = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? -errno : 0;
	int capabilities = keep_capabilities(keep), calls = refuse_calls();

	if (error)
		return error;
	return capabilities ? capabilities : calls;
}
