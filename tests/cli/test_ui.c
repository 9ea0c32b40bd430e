/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Numbers, names and tables.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/ui/escape.h"
#include "userspace/ui/table.h"
#include "userspace/ui/units.h"

static void test_durations(void **state)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} cases[] = {
	    {0, "0"},
	    {1, "1 ns"},
	    {850, "850 ns"},
	    {999, "999 ns"},
	    {1000, "1.0 us"},
	    {12000, "12.0 us"},
	    {99949, "99.9 us"},
	    {99950, "100 us"},
	    {999499, "999 us"},
	    {999500, "1.0 ms"},
	    {3100000, "3.1 ms"},
	    {747500000, "748 ms"},
	    {999500000, "1.0 s"},
	    {10000000000, "10.0 s"},
	    {599000000000, "599 s"},
	    {600000000000, "10.0 min"},
	    {6000000000000, "1.7 h"},
	    {360000000000000, "4.2 d"},
	    {UINT64_MAX, "213504 d"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(units_duration(cases[i].ns).text, cases[i].text);
}

static void test_counts(void **state)
{
	(void)state;
	assert_string_equal(units_count(0).text, "0");
	assert_string_equal(units_count(999).text, "999");
	assert_string_equal(units_count(1234).text, "1,234");
	assert_string_equal(units_count(9999999).text, "9,999,999");
	assert_string_equal(units_count(12340000).text, "12.3 M");
	assert_string_equal(units_count(10000000000).text, "10.0 G");
	assert_string_equal(units_count_short(99999).text, "99,999");
	assert_string_equal(units_count_short(383142).text, "383k");
	assert_string_equal(units_count_short(1234400).text, "1,234k");
	assert_string_equal(units_count_short(9999500).text, "10.0 M");
	assert_string_equal(units_count_short(12340000).text, "12.3 M");
	assert_string_equal(units_things(0, "process", "processes").text, "0 processes");
	assert_string_equal(units_things(1, "process", "processes").text, "1 process");
	assert_string_equal(units_things(12340, "process", "processes").text, "12,340 processes");
	assert_string_equal(units_mean(0, 0).text, "0");
	assert_string_equal(units_mean(1, 1000).text, "<0.01");
	assert_string_equal(units_mean(5, 4).text, "1.25");
	assert_string_equal(units_mean(25, 2).text, "12.5");
	assert_string_equal(units_percent(1, 0).text, "0");
	assert_string_equal(units_percent(1, 10000).text, "<0.1");
	assert_string_equal(units_percent(1, 1).text, "100");
	assert_string_equal(units_percent(31, 1000).text, "3.1");
}

static void check_escape(const char *raw, bool utf8, const char *expected)
{
	char out[ESCAPE_BYTES(64)];

	assert_string_equal(escape(out, sizeof(out), raw, utf8), expected);
}

static void test_escape(void **state)
{
	(void)state;
	check_escape("worker-1", true, "worker-1");
	check_escape("a\nb\tc", true, "a\\nb\\tc");
	check_escape("\033]0;x\007", true, "\\x1b]0;x\\x07");
	check_escape("back\\slash", true, "back\\\\slash");
	check_escape("\x7f", true, "\\x7f");
	check_escape("caf\xc3\xa9", true, "caf\xc3\xa9");
	check_escape("caf\xc3\xa9", false, "caf\\u{e9}");
	check_escape("cut\xc3", true, "cut\\xc3");
	check_escape("\xc0\xaf\xed\xa0\x80\xf5", true, "\\xc0\\xaf\\xed\\xa0\\x80\\xf5");
	check_escape(
	    "\xe2\x80\xae"
	    "gpj",
	    true, "\\u{202e}gpj"); /* would be read backwards */
	check_escape(
	    "\xc2\x9b"
	    "31m",
	    true, "\\u{9b}31m"); /* the one-character CSI */
}

static void test_escape_room(void **state)
{
	char out[6];

	(void)state;
	assert_string_equal(escape(out, sizeof(out), "abc\n\n", true), "abc\\n");
	assert_string_equal(escape(out, sizeof(out), "abcd\n", true), "abcd");
	assert_string_equal(escape(out, 1, "a", true), "");
}

static void test_width(void **state)
{
	(void)state;
	assert_int_equal(display_width("abc"), 3);
	assert_int_equal(display_width("\xe6\x9d\xb1"), 2);
	assert_int_equal(display_width("├─ "), 3);
	assert_int_equal(display_cut("a\xe6\x9d\xb1z", 2), 1);
	assert_int_equal(display_cut("a\xe6\x9d\xb1z", 3), 4);
}

static char *print(struct table *table, unsigned int width)
{
	struct text text = {.utf8 = true, .width = width};
	char *page = NULL;
	size_t size;

	text.out = open_memstream(&page, &size);
	table_print(table, &text);
	fclose(text.out);
	return page;
}

static void test_table(void **state)
{
	static const struct table_column columns[] = {
	    {.title = "NAME", .least = 5},
	    {.title = "EMPTY"},
	    {.title = "N", .right = true},
	    {.title = "LAST"},
	};
	struct table table = TABLE(columns);
	char *page;

	(void)state;
	for (int i = 0; i < 2; i++) {
		table_cell(&table, STYLE_PLAIN, "%s", i ? "a-long-name" : "b");
		table_cell(&table, STYLE_PLAIN, "%s", "");
		table_cell(&table, STYLE_PLAIN, "%d", i * 100);
		table_cell(&table, STYLE_PLAIN, "%s", i ? "" : "x");
	}
	page = print(&table, 16);
	assert_string_equal(page,
			    "NAME     N  LAST\n"
			    "b        0  x\n"
			    "a-lo…  100\n");
	free(page);
	page = print(&table, 18); /* its cells were given back */
	assert_null(page && *page ? page : NULL);
	free(page);
}

/* What a narrow page makes of columns: a block each, below the lines of a tree. */
static void test_blocks(void **state)
{
	static const struct table_column columns[] = {
	    {.title = "NAME", .least = 8},
	    {.title = "N", .right = true},
	    {.title = ""},
	    {.title = "PLACE", .least = 10, .tail = true},
	};
	struct table table = TABLE(columns);
	char *page;

	(void)state;
	table_cell(&table, STYLE_PLAIN, "├─ a");
	table_cell(&table, STYLE_PLAIN, "1");
	table_cell(&table, STYLE_PLAIN, "held by b");
	table_cell(&table, STYLE_PLAIN, "main file.c:1");
	table_cell(&table, STYLE_PLAIN, "│  └─ a-longer-name-than-it");
	table_cell(&table, STYLE_PLAIN, "22");
	table_cell(&table, STYLE_PLAIN, "%s", "");
	table_cell(&table, STYLE_PLAIN, "a_function_that_has_a_name file.c:2");
	page = print(&table, 20);
	assert_string_equal(page,
			    "├─ a  N 1  held by b\n"
			    "│    PLACE main\n"
			    "│    file.c:1\n"
			    "│  └─ a-longer-name…\n"
			    "│       N 22\n"
			    "│       PLACE\n"
			    "│       …_has_a_name\n"
			    "│       file.c:2\n");
	free(page);
}

/* Of a tree's lines and a name, the name is what stays; of a place, its end. */
static void test_cut(void **state)
{
	static const struct table_column columns[] = {{.title = "NAME", .least = 8}, {.title = "PLACE", .least = 8, .tail = true}};
	struct table table = TABLE(columns);
	char *page;

	(void)state;
	table_cell(&table, STYLE_PLAIN, "│  │  └─ name");
	table_cell(&table, STYLE_PLAIN, "start canteen.c:84");
	table_cell(&table, STYLE_PLAIN, "│  └─ a-long-name");
	table_cell(&table, STYLE_PLAIN, "x");
	page = print(&table, 20);
	assert_string_equal(page,
			    "NAME       PLACE\n"
			    "… └─ name  …een.c:84\n"
			    "a-long-n…  x\n");
	free(page);
}

/* Who has no terminal says how wide a page is to be, or nobody does. */
static void test_page_width(void **state)
{
	static const struct {
		const char *columns;
		unsigned int width;
	} cases[] = {{"40", 40}, {"200", 200}, {"", 100}, {"wide", 100}, {"3", 100}, {"-1", 100}, {"99999999999999999999", 100}};
	FILE *out = tmpfile();
	struct text text;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		setenv("COLUMNS", cases[i].columns, 1);
		text_open(&text, out, COLOUR_NEVER);
		assert_int_equal(text.width, cases[i].width);
	}
	unsetenv("COLUMNS");
	text_open(&text, out, COLOUR_NEVER);
	assert_int_equal(text.width, 100);
	fclose(out);
}

static void test_paragraph(void **state)
{
	struct text text = {.utf8 = true, .width = 12};
	char *page = NULL;
	size_t size;

	(void)state;
	text.out = open_memstream(&page, &size);
	text_paragraph(&text, 2, "one two three averyveryverylongword x");
	text_paragraph(&text, 4, "  set in more");
	/* Chinese breaks between characters, not before a mark that closes nor behind one that opens. */
	text_paragraph(&text, 0, "线程的状态，就绪（Ready）。");
	fclose(text.out);
	assert_string_equal(page,
			    "one two\n  three\n  averyveryverylongword\n  x\n"
			    "  set in\n    more\n"
			    "线程的状态，\n就绪\n（Ready）。\n");
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_durations), cmocka_unit_test(test_counts),
	    cmocka_unit_test(test_escape),    cmocka_unit_test(test_escape_room),
	    cmocka_unit_test(test_width),     cmocka_unit_test(test_table), cmocka_unit_test(test_blocks), cmocka_unit_test(test_cut), cmocka_unit_test(test_page_width),
	    cmocka_unit_test(test_paragraph),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
