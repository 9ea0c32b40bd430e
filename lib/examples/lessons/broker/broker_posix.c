// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* The kernel's POSIX message queue: ten messages fit, as the system's default is; more wait. */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stddef.h>
#include "broker.h"

#define MESSAGES 10

static int open_queue(struct broker *broker, const char *url)
{
	struct mq_attr attr = {.mq_maxmsg = MESSAGES, .mq_msgsize = sizeof(int)};

	(void)url;
	broker->descriptor = mq_open(broker->name, O_RDWR | O_CREAT | O_CLOEXEC, 0600, &attr);
	return broker->descriptor < 0 ? -errno : 0;
}

static int put(struct broker *broker, int number)
{
	return mq_send(broker->descriptor, (const char *)&number, sizeof(number), 0) ? -errno
										     : 0;
}

static int get(struct broker *broker, int *number)
{
	return mq_receive(broker->descriptor, (char *)number, sizeof(*number), NULL) < 0
		   ? -errno
		   : 0;
}

static void close_queue(struct broker *broker, int remove)
{
	mq_close(broker->descriptor);
	if (remove)
		mq_unlink(broker->name);
}

const struct broker_ops broker_posix_ops = {
    .open = open_queue, .put = put, .get = get, .close = close_queue};
