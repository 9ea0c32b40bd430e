/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <stdlib.h>
#include "userspace/decode/decode.h"
#include "userspace/model/keyframe.h"
#include "userspace/model/model.h"
#include "userspace/view/view.h"

int fuzz_take(void *model, const void *bytes, size_t length)
{
	struct record record;
	size_t consumed;

	switch (decode_record(bytes, length, &record, &consumed)) {
	case DECODE_RECORD:
		return model_apply(model, &record);
	case DECODE_SKIPPED:
		return 0;
	default:
		return -EBADMSG;
	}
}

bool fuzz_soon(void *model, const void *bytes, size_t length, bool near)
{
	struct record record;
	size_t consumed;

	if (decode_record(bytes, length, &record, &consumed) != DECODE_RECORD)
		return true;
	if (near)
		model_expect(model, &record);
	else
		model_expect_threads(model, &record);
	return true;
}

static int tell(void *model, const struct rec_head *head)
{
	/* What the model itself makes, the decoder takes. */
	if (fuzz_take(model, head, head->size))
		abort();
	return 0;
}

void fuzz_draw(struct model *model)
{
	static const unsigned int widths[] = {100, 40};
	struct text text = {.out = fopen("/dev/null", "w"), .utf8 = true};
	struct model *next = model_new(NULL);

	if (!text.out || !next)
		abort();
	model_account(model, model->now_ns);
	for (const struct view *const *view = views; *view; view++)
		for (size_t i = 0; (*view)->draw && i < sizeof(widths) / sizeof(*widths); i++) {
			text.width = widths[i];
			(*view)->draw(model, &text, true);
		}
	model_keyframe(model, tell, next);
	fclose(text.out);
	model_free(next);
	model_free(model);
}
