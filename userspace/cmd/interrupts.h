/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Ctrl-C and its like ask an observation to end in order; a second one ends it at once, and so does time when the first
 * one is not obeyed.
 */
#ifndef THRACE_CMD_INTERRUPTS_H
#define THRACE_CMD_INTERRUPTS_H

/* From now on they are noted; a system call that waits comes back with EINTR. Forgets what came before. */
void interrupts_catch(void);

/* The observation is over, and nothing but a page is left to print: it may be long, its reader slow, and who interrupts
 * wants no more of it. From now on one signal ends the process, as it does any other. */
void interrupts_release(void);

/* The signal that asked for the end; 0: none did. */
int interrupts_signal(void);

#endif
