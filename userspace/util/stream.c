/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/util/stream.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

int stream_error(FILE *stream)
{
	struct pollfd out = {.events = POLLOUT};
	int fd;

	if (!ferror(stream))
		return 0;
	fd = out.fd = fileno(stream);
	if (fd < 0)
		return -ENOMEM; /* a stream into memory */
	/* What is there has a hole in it already; one more write fails for the same reason. Or would wait, or would do: then
	 * it was an interrupt. */
	if (!poll(&out, 1, 0))
		return -EINTR;
	return write(fd, "\n", 1) < 0 ? -errno : -EINTR;
}

int stream_finish(FILE *stream)
{
	if (fflush(stream))
		return -errno;
	return stream_error(stream);
}
