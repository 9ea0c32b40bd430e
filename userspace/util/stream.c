/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/util/stream.h"

#include <errno.h>
#include <unistd.h>

int stream_error(FILE *stream)
{
	int fd;

	if (!ferror(stream))
		return 0;
	fd = fileno(stream);
	if (fd < 0)
		return -ENOMEM; /* a stream into memory */
	/* What is there has a hole in it already; one more write fails for the same reason. */
	return write(fd, "\n", 1) < 0 ? -errno : -EIO;
}

int stream_finish(FILE *stream)
{
	if (fflush(stream))
		return -errno;
	return stream_error(stream);
}
