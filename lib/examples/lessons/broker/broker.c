// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Which carrier: by the url. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "broker.h"

int broker_open(struct broker **broker, const char *url, const char *name)
{
	const struct broker_ops *ops = url ? broker_rabbitmq_ops : &broker_posix_ops;
	int error;

	if (!ops)
		return -EPROTONOSUPPORT;
	*broker = calloc(1, sizeof(**broker));
	if (!*broker)
		return -ENOMEM;
	(*broker)->ops = ops;
	snprintf((*broker)->name, sizeof((*broker)->name), "%s", name);
	error = ops->open(*broker, url);
	if (!error)
		return 0;
	free(*broker);
	*broker = NULL;
	return error;
}

int broker_put(struct broker *broker, int number)
{
	return broker->ops->put(broker, number);
}

int broker_get(struct broker *broker, int *number)
{
	return broker->ops->get(broker, number);
}

void broker_close(struct broker *broker)
{
	broker->ops->close(broker, 0);
	free(broker);
}

void broker_remove(struct broker *broker)
{
	broker->ops->close(broker, 1);
	free(broker);
}

const char *broker_strerror(int error)
{
	if (error == -EPROTONOSUPPORT)
		return "built without librabbitmq: install librabbitmq-dev and build again";
	return strerror(-error);
}
