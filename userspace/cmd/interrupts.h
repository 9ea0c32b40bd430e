/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Ctrl-C and its like ask an observation to end in order; a second one ends it at once, and so does time when the first
 * one is not obeyed.
 */
#ifndef THRACE_CMD_INTERRUPTS_H
#define THRACE_CMD_INTERRUPTS_H

#include <stdbool.h>
#include <sys/types.h>

#define INTERRUPTS_PASS_ON_MS 100 /* after the signal */

/* From now on they are noted; a system call that waits comes back with EINTR. Forgets what came before. */
void interrupts_catch(void);

/* The observation is over, and nothing but a page is left to print: it may be long, its reader slow, and who interrupts
 * wants no more of it. From now on one signal ends the process, as it does any other. */
void interrupts_release(void);

/* The signal that asked for the end; 0: none did. */
int interrupts_signal(void);

/* One that comes from now on is given to this process as well, once, a moment later, unless it came from a terminal, which
 * has given it to both. 0: to nobody; so it must be before the number can be another's. */
void interrupts_pass_on_to(pid_t pid);
/* It is still to be. */
bool interrupts_to_pass_on(void);
/* Why it could not be: an errno value; 0: it could, or had not to be. */
int interrupts_pass_on_error(void);

#endif
