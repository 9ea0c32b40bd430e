/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Fuzz target: any bytes as a trace file, read from its beginning and from a moment in it. Checksums are taken for right.
 */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "userspace/model/model.h"
#include "userspace/source/file/file_info.h"

static void read_all(const char *path, uint64_t seek_ns)
{
	struct model *model = model_new(&(struct model_limits){.ended_threads = 16});
	struct source_error error;
	struct source *source = source_file_open(path, &error);

	if (!model)
		abort();
	if (source) {
		source->soon = fuzz_soon;
		if (seek_ns)
			source->ops->seek(source, seek_ns);
		while (source->ops->read(source, 0, fuzz_take, model) >= 0)
			;
		source->ops->close(source);
	}
	fuzz_draw(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	int fd = memfd_create("trace", MFD_CLOEXEC);
	struct source_error error;
	struct file_info info;
	char path[64];

	if (fd < 0 || write(fd, bytes, length) != (ssize_t)length)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!file_info_read(path, &info, &error))
		read_all(path, info.first_ns + (info.last_ns - info.first_ns) / 2);
	read_all(path, 0);
	close(fd);
	return 0;
}
