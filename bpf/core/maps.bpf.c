// SPDX-License-Identifier: GPL-2.0-only
/* The configuration and the maps, once for all probes. */
#include "bpf/core/maps.h"

char LICENSE[] SEC("license") = "GPL";

const volatile struct thrace_config config = {};
__u64 marked_alive = 0;
__u64 caught_newtask = 0, caught_exit = 0;

struct rings_map rings SEC(".maps");
struct marks_map marks SEC(".maps");
struct seeds_map seeds SEC(".maps");
struct accounts_map accounts SEC(".maps");
