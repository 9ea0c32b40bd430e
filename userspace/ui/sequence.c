// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/ui/sequence.h"

#include <stddef.h>

#define ESC  0x1b
#define BELL 0x07
#define CAN  0x18 /* ends any sequence, as SUB does */
#define SUB  0x1a
#define CSI  0x9b /* ESC [ in one */

#define NUMBER_MAX 100000

#define MOUSE_MODIFIERS (4 | 8 | 16) /* Shift, Meta, Control */
#define MOUSE_RELEASE	3	     /* in the reports that have no other sign of it */
#define MOUSE_WHEEL	64
#define X10_OFFSET	32 /* added to each number, so that it is no control character */

static bool finish(struct sequence *sequence, uint32_t key, struct press *press)
{
	sequence->state = SEQUENCE_NONE;
	*press = (struct press){.key = key};
	return true;
}

static bool go(struct sequence *sequence, int state)
{
	*sequence = (struct sequence){.state = state};
	return false;
}

/* --- keys ------------------------------------------------------------------------------------- */

/* The last character of ESC [ and of ESC O, whatever modifiers stand between. */
static uint32_t key_of_letter(uint32_t letter)
{
	static const struct {
		char letter;
		uint32_t key;
	} letters[] = {
	    {'A', K_UP},	{'B', K_DOWN},	  {'C', K_RIGHT},   {'D', K_LEFT},
	    {'F', K_END},	{'H', K_HOME},	  {'P', K_F1},	    {'Q', K_F1 + 1},
	    {'R', K_F1 + 2},	{'S', K_F1 + 3},  {'Z', K_BACK_TAB}, {'M', K_ENTER}, /* on the keypad */
	    /* rxvt's, with Shift and with Control */
	    {'a', K_UP},	{'b', K_DOWN},	  {'c', K_RIGHT},   {'d', K_LEFT},
	};

	for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++)
		if ((uint32_t)letters[i].letter == letter)
			return letters[i].key;
	return K_NONE;
}

/* ESC [ number ~ */
static uint32_t key_of_number(uint32_t number)
{
	static const uint32_t keys[] = {
	    [1] = K_HOME,     [4] = K_END,	[5] = K_PAGE_UP,  [6] = K_PAGE_DOWN, [7] = K_HOME,
	    [8] = K_END,      [11] = K_F1,	[12] = K_F1 + 1,  [13] = K_F1 + 2,   [14] = K_F1 + 3,
	    [15] = K_F1 + 4,  [17] = K_F1 + 5,	[18] = K_F1 + 6,  [19] = K_F1 + 7,   [20] = K_F1 + 8,
	    [21] = K_F1 + 9,  [23] = K_F1 + 10, [24] = K_F12,
	};

	return number < sizeof(keys) / sizeof(*keys) && keys[number] ? keys[number] : K_NONE;
}

/* --- the mouse -------------------------------------------------------------------------------- */

/* Places count from one. */
static bool finish_mouse(struct sequence *sequence, uint32_t button, bool release, struct press *press)
{
	uint32_t column = sequence->numbers[1], row = sequence->numbers[2], key = K_NONE;

	button &= ~(uint32_t)MOUSE_MODIFIERS;
	if (button == MOUSE_WHEEL)
		key = K_WHEEL_UP;
	else if (button == MOUSE_WHEEL + 1)
		key = K_WHEEL_DOWN;
	else if (button == 0)
		key = K_CLICK;
	finish(sequence, release ? K_NONE : key, press);
	press->column = column ? column - 1 : 0;
	press->row = row ? row - 1 : 0;
	return true;
}

static bool take_mouse(struct sequence *sequence, uint32_t character, struct press *press)
{
	sequence->numbers[sequence->count++] = character > X10_OFFSET ? character - X10_OFFSET : 0;
	if (sequence->count < 3)
		return false;
	return finish_mouse(sequence, sequence->numbers[0], sequence->numbers[0] == MOUSE_RELEASE, press);
}

/* --- ESC [ ------------------------------------------------------------------------------------ */

static void take_digit(struct sequence *sequence, uint32_t digit)
{
	uint32_t *number;

	if (!sequence->count)
		sequence->count = 1;
	if (sequence->count > SEQUENCE_NUMBERS)
		return;
	number = &sequence->numbers[sequence->count - 1];
	if (*number < NUMBER_MAX)
		*number = *number * 10 + digit;
}

static void take_separator(struct sequence *sequence)
{
	if (!sequence->count)
		sequence->count = 1;
	if (sequence->count <= SEQUENCE_NUMBERS)
		sequence->count++;
}

static bool end_csi(struct sequence *sequence, uint32_t last, struct press *press)
{
	const uint32_t *numbers = sequence->numbers;

	if (sequence->mark == '<' && (last == 'M' || last == 'm'))
		return finish_mouse(sequence, numbers[0], last == 'm', press);
	if (sequence->mark)
		return finish(sequence, K_NONE, press);
	if (last == 'M' && sequence->count >= 3) /* rxvt's: as ESC [ M, in digits */
		return finish_mouse(sequence, numbers[0] - X10_OFFSET, numbers[0] - X10_OFFSET == MOUSE_RELEASE,
				    press);
	if (last == 'M')
		return go(sequence, SEQUENCE_MOUSE);
	/* $ ^ @: rxvt's, with Shift, Control and both */
	if (last == '~' || last == '^' || last == '@' || last == '$')
		return finish(sequence, key_of_number(numbers[0]), press);
	/* A key's first number is 1 or left out; others' are reports. */
	return finish(sequence, numbers[0] > 1 ? K_NONE : key_of_letter(last), press);
}

static bool take_csi(struct sequence *sequence, uint32_t character, struct press *press)
{
	if (character >= '0' && character <= '9') {
		take_digit(sequence, character - '0');
	} else if (character == ';' || character == ':') {
		take_separator(sequence);
	} else if (character >= '<' && character <= '?') {
		sequence->mark = character;
	} else if (character == '[' && !sequence->count && !sequence->mark) {
		return go(sequence, SEQUENCE_CONSOLE);
	} else if (character == '$' && !sequence->mark) {
		return end_csi(sequence, character, press);
	} else if (character >= ' ' && character <= '/') {
		sequence->mark = character; /* no key has one of these before its end */
	} else {
		return character > '~' ? finish(sequence, K_NONE, press) : end_csi(sequence, character, press);
	}
	return false;
}

/* --- which sequence --------------------------------------------------------------------------- */

/* What follows an escape. Two escapes: the second begins a sequence, with Alt. */
static bool begin(struct sequence *sequence, uint32_t character, struct press *press)
{
	switch (character) {
	case '[':
		return go(sequence, SEQUENCE_CSI);
	case 'O':
		return go(sequence, SEQUENCE_SS3);
	case 'N':
		return go(sequence, SEQUENCE_SHORT);
	case ']': /* commands of the system, the device, an application; privacy; start of string */
	case 'P':
	case 'X':
	case '^':
	case '_':
		return go(sequence, SEQUENCE_TEXT);
	default:
		if (character >= ' ' && character <= '/')
			return go(sequence, SEQUENCE_SHORT);
		return finish(sequence, K_NONE, press); /* a key with Alt */
	}
}

static uint32_t key_of_character(uint32_t character)
{
	switch (character) {
	case '\r':
	case '\n':
		return K_ENTER;
	case '\t':
		return K_TAB;
	case 8:
	case 127:
		return K_BACKSPACE;
	default:
		return character;
	}
}

static bool take_first(struct sequence *sequence, uint32_t character, struct press *press)
{
	if (character == CSI)
		return go(sequence, SEQUENCE_CSI);
	return finish(sequence, key_of_character(character), press);
}

bool sequence_take(struct sequence *sequence, uint32_t character, struct press *press)
{
	bool in_text = sequence->state == SEQUENCE_TEXT;

	/* The mouse's numbers may be any character. */
	if (sequence->state == SEQUENCE_MOUSE)
		return take_mouse(sequence, character, press);
	if (character == ESC)
		return go(sequence, in_text ? SEQUENCE_TEXT_ESCAPE : SEQUENCE_ESCAPE);
	if (sequence->state != SEQUENCE_NONE && sequence->state != SEQUENCE_LATE &&
	    (character == CAN || character == SUB || (in_text && character == BELL)))
		return finish(sequence, K_NONE, press);

	switch (sequence->state) {
	case SEQUENCE_NONE:
		return take_first(sequence, character, press);
	case SEQUENCE_LATE:
		if (character == '[' || character == 'O')
			return begin(sequence, character, press);
		return take_first(sequence, character, press);
	case SEQUENCE_ESCAPE:
	case SEQUENCE_TEXT_ESCAPE: /* ESC \ ends the text; any other is a new sequence */
		return begin(sequence, character, press);
	case SEQUENCE_SS3:
		if ((character >= '0' && character <= '9') || character == ';')
			return false; /* old terminals' modifiers */
		return finish(sequence, key_of_letter(character), press);
	case SEQUENCE_CSI:
		return take_csi(sequence, character, press);
	case SEQUENCE_CONSOLE:
		return finish(sequence, character >= 'A' && character <= 'E' ? K_F1 + (character - 'A') : K_NONE,
			      press);
	case SEQUENCE_TEXT:
		return false;
	case SEQUENCE_SHORT:
	default:
		return finish(sequence, K_NONE, press);
	}
}

bool sequence_pause(struct sequence *sequence, struct press *press)
{
	if (sequence->state != SEQUENCE_ESCAPE)
		return false;
	finish(sequence, K_ESCAPE, press);
	sequence->state = SEQUENCE_LATE;
	return true;
}

void sequence_give_up(struct sequence *sequence)
{
	sequence->state = SEQUENCE_NONE;
}
