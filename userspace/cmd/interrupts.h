/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Ctrl-C and its like ask an observation to end in order; a second Ctrl-C ends it at once.
 */
#ifndef THRACE_CMD_INTERRUPTS_H
#define THRACE_CMD_INTERRUPTS_H

/* From now on they are noted; a system call that waits comes back with EINTR. Forgets what came before. */
void interrupts_catch(void);

/* The signal that asked for the end; 0: none did. */
int interrupts_signal(void);

#endif
