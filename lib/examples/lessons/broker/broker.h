/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A queue of numbers between processes, carried by the kernel or by a server. One handle is for
 * one thread. Errors: 0, a negative errno value, or one of the carrier's own; broker_strerror()
 * has the words.
 */
#ifndef BROKER_H
#define BROKER_H

struct broker;

/* url NULL: a POSIX message queue; amqp://...: RabbitMQ. Makes the queue when it is not there.
 */
int broker_open(struct broker **broker, const char *url, const char *name);
int broker_put(struct broker *broker, int number);  /* waits while the queue is full */
int broker_get(struct broker *broker, int *number); /* waits while it is empty */
void broker_close(struct broker *broker);
void broker_remove(struct broker *broker); /* closes, and takes the queue away */
const char *broker_strerror(int error);

/* What a carrier is. */
struct broker_ops {
	int (*open)(struct broker *broker, const char *url);
	int (*put)(struct broker *broker, int number);
	int (*get)(struct broker *broker, int *number);
	void (*close)(struct broker *broker, int remove);
};

struct broker {
	const struct broker_ops *ops;
	char name[64];
	int descriptor;	  /* the message queue's */
	void *connection; /* the server's */
};

extern const struct broker_ops broker_posix_ops;
/* NULL in a build without librabbitmq. */
extern const struct broker_ops *const broker_rabbitmq_ops;

#endif
