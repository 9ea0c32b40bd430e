/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What terminals send, and what was pressed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/ui/sequence.h"

#define MANY 16

/* All that sent means, when nothing follows it. Returns how many presses. */
static size_t press_all(const char *sent, struct press presses[MANY])
{
	struct sequence sequence = {0};
	size_t count = 0;

	for (; *sent; sent++) {
		assert_true(count < MANY);
		count += sequence_take(&sequence, (unsigned char)*sent, &presses[count]);
	}
	return count + sequence_pause(&sequence, &presses[count]);
}

static void test_keys(void **state)
{
	static const struct {
		const char *sent;
		uint32_t key;
	} cases[] = {
	    {"q", 'q'}, {"\r", K_ENTER}, {"\t", K_TAB}, {"\177", K_BACKSPACE}, {"\033", K_ESCAPE},
	    {"\033\033", K_ESCAPE},
	    /* arrows: plain, of the application mode, with a modifier, rxvt's; with Alt before them */
	    {"\033[A", K_UP}, {"\033OB", K_DOWN}, {"\033[1;5C", K_RIGHT}, {"\033[d", K_LEFT}, {"\033Oa", K_UP},
	    {"\033\033[D", K_LEFT}, {"\033O5A", K_UP},
	    /* xterm; tmux, screen, Linux's console and PuTTY; rxvt */
	    {"\033[H", K_HOME}, {"\033[F", K_END}, {"\033OH", K_HOME}, {"\033OF", K_END}, {"\033[1;2H", K_HOME},
	    {"\033[1~", K_HOME}, {"\033[4~", K_END}, {"\033[7~", K_HOME}, {"\033[8~", K_END}, {"\033[8^", K_END},
	    {"\033[7$", K_HOME}, {"\033[7@", K_HOME},
	    {"\033[5~", K_PAGE_UP}, {"\033[6~", K_PAGE_DOWN}, {"\033[6;5~", K_PAGE_DOWN},
	    {"\033OP", K_F1}, {"\033[[A", K_F1}, {"\033[[E", K_F1 + 4}, {"\033[11~", K_F1}, {"\033[1;2S", K_F1 + 3},
	    {"\033[15~", K_F1 + 4}, {"\033[17~", K_F1 + 5}, {"\033[21~", K_F1 + 9}, {"\033[24~", K_F12},
	    {"\033[Z", K_BACK_TAB}, {"\033OM", K_ENTER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct press presses[MANY];

		assert_int_equal(press_all(cases[i].sent, presses), 1);
		assert_int_equal(presses[0].key, cases[i].key);
	}
}

/* Each of these holds letters that are keys; an x follows, which is all that was typed. */
static void test_unknown(void **state)
{
	static const char *const cases[] = {
	    "\033q", "\033Oq", "\033[q", "\033[1;9q", "\033[3~", "\033[99~", "\033[200~", "\033[?1;2c", "\033[>0;276;0c",
	    "\033[27;5;113~", "\033[113;5u", "\033[5;10R", "\033[I", "\033[?12;2$y", "\033[ q", "\033(q", "\033 F",
	    "\033Nq", "\033[[q", "\033[;;;;;;q", "\033[12345678901234567890q", "\033[1\030",
	    "\033]0;quit\a", "\033]11;rgb:0/0/0\033\\", "\033P1$rq\033\\", "\033^q\033\\", "\033_q\033\\", "\033Xq\a",
	    "\033[<0;5", "\033[1;",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct press presses[MANY];
		bool whole = i + 2 < sizeof(cases) / sizeof(*cases);
		struct sequence sequence = {0};
		size_t count = press_all(cases[i], presses);

		assert_int_equal(count, whole ? 1 : 0);
		if (whole)
			assert_int_equal(presses[0].key, K_NONE);
		for (const char *sent = cases[i]; *sent; sent++)
			sequence_take(&sequence, (unsigned char)*sent, presses);
		sequence_give_up(&sequence);
		assert_true(sequence_take(&sequence, 'x', presses));
		assert_int_equal(presses[0].key, 'x');
	}
}

static void test_mouse(void **state)
{
	static const struct {
		const char *sent;
		struct press press;
	} cases[] = {
	    {"\033[<0;300;41M", {K_CLICK, 40, 299}},
	    {"\033[<0;300;41m", {K_NONE, 40, 299}}, /* released */
	    {"\033[<16;1;1M", {K_CLICK, 0, 0}},	  /* with Control */
	    {"\033[<32;2;2M", {K_NONE, 1, 1}},	  /* moved */
	    {"\033[<2;2;2M", {K_NONE, 1, 1}},
	    {"\033[<64;3;4M", {K_WHEEL_UP, 3, 2}},
	    {"\033[<65;3;4M", {K_WHEEL_DOWN, 3, 2}},
	    {"\033[M #q", {K_CLICK, 80, 2}},
	    {"\033[M##q", {K_NONE, 80, 2}},
	    {"\033[M`!!", {K_WHEEL_UP, 0, 0}},
	    {"\033[M \033\033", {K_CLICK, 0, 0}}, /* no such place: still one report */
	    {"\033[32;3;4M", {K_CLICK, 3, 2}},
	    {"\033[35;3;4M", {K_NONE, 3, 2}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct press presses[MANY];

		assert_int_equal(press_all(cases[i].sent, presses), 1);
		assert_int_equal(presses[0].key, cases[i].press.key);
		assert_int_equal(presses[0].row, cases[i].press.row);
		assert_int_equal(presses[0].column, cases[i].press.column);
	}
}

/* A slow line: the escape was told as a key before the rest came. */
static void test_late(void **state)
{
	struct sequence sequence = {0};
	struct press press;

	(void)state;
	assert_false(sequence_take(&sequence, 033, &press));
	assert_true(sequence_pause(&sequence, &press));
	assert_int_equal(press.key, K_ESCAPE);
	assert_false(sequence_pause(&sequence, &press));
	assert_false(sequence_take(&sequence, '[', &press));
	assert_false(sequence_pause(&sequence, &press));
	assert_true(sequence_take(&sequence, 'F', &press));
	assert_int_equal(press.key, K_END);

	/* And when it was the key. */
	sequence_take(&sequence, 033, &press);
	assert_true(sequence_pause(&sequence, &press));
	assert_true(sequence_take(&sequence, 'q', &press));
	assert_int_equal(press.key, 'q');
}

/* Whatever comes, in whatever order: a key or nothing. Plain text is typed again afterwards. */
static void test_noise(void **state)
{
	struct sequence sequence = {0};
	struct press press;
	unsigned int seed = 1;

	(void)state;
	for (int i = 0; i < 1000000; i++) {
		uint32_t character = (uint32_t)rand_r(&seed) % 8 ? 32 + (uint32_t)rand_r(&seed) % 95 : 033;

		if (sequence_take(&sequence, character, &press))
			assert_true(press.key <= K_F12);
		assert_true(sequence.count <= SEQUENCE_NUMBERS + 1);
	}
	sequence_give_up(&sequence);
	for (uint32_t character = ' '; character <= '~'; character++) {
		assert_true(sequence_take(&sequence, character, &press));
		assert_int_equal(press.key, character);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_keys), cmocka_unit_test(test_unknown), cmocka_unit_test(test_mouse),
	    cmocka_unit_test(test_late), cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
