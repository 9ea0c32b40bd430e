// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/symbols/stub.h"

#include <string.h>

#define REX_W 0x48
#define TEST 0x85
#define AX_AX 0xc0
#define RET 0xc3
#define JUMP_SHORT 0x70 /* and the condition */
#define JUMP_NEAR 0x0f

/* Is the jump taken when ax is positive? Returns -1 for a condition that does not follow from a test of it. */
static int taken(uint8_t condition)
{
	switch (condition & 0xf) {
	case 0x4: /* zero */
	case 0x8: /* negative */
	case 0xc: /* less */
	case 0xe: /* less or equal */
		return 0;
	case 0x5:
	case 0x9:
	case 0xd:
	case 0xf:
		return 1;
	default:
		return -1;
	}
}

bool stub_returns(const uint8_t *code, size_t size)
{
	size_t at = STUB_BEFORE, end = STUB_BEFORE + size;

	if (memcmp(code, "\x0f\x05", STUB_BEFORE)) /* syscall */
		return false;
	if (at < end && code[at] == REX_W)
		at++;
	if (at + 2 > end || code[at] != TEST || code[at + 1] != AX_AX)
		return false;
	at += 2;
	while (at < end && code[at] != RET) {
		bool near = code[at] == JUMP_NEAR;
		size_t bytes = near ? 6 : 2;
		int jump;

		if (at + bytes > end || (code[at + near] & 0xf0) != (near ? 0x80 : JUMP_SHORT))
			return false;
		jump = taken(code[at + near]);
		if (jump < 0 || (jump && (near || code[at + 1] & 0x80)))
			return false;
		at += bytes + (jump ? code[at + 1] : 0);
	}
	return at < end;
}
