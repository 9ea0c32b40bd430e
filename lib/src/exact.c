/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The exact order without a change to the program: linked in with -Wl,--wrap=main (pkg-config thrace-exact). */
#include <thrace/shutdown.h>

int __real_main(int argc, char **argv, char **envp);
THR_API int __wrap_main(int argc, char **argv, char **envp);

int __wrap_main(int argc, char **argv, char **envp)
{
	return thr_main_run(__real_main, argc, argv, envp);
}
