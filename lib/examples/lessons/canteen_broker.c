// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Way 6, a broker between processes: the diners' process sends orders, two kitchens, processes
 * of their own, cook them and send word back. The broker is the kernel's POSIX message queue,
 * or with
 * --broker amqp://... a RabbitMQ server.
 */
#include <sys/wait.h>
#include <unistd.h>
#include "broker/broker.h"
#include "canteen.h"

#define KITCHENS 2
#define CLOSED	 (-1) /* in place of a meal's number */

static struct canteen canteen;
static char orders_name[64], answers_name[64];

static void check(int error, const char *what)
{
	if (!error)
		return;
	fprintf(stderr, "canteen_broker: %s: %s\n", what, broker_strerror(error));
	exit(1);
}

static struct broker *open_queue(const char *url, const char *name)
{
	struct broker *broker;

	check(broker_open(&broker, url, name), url ? url : name);
	return broker;
}

static void kitchen(const char *url)
{
	struct broker *orders = open_queue(url, orders_name),
		      *answers = open_queue(url, answers_name);
	int number;

	for (;;) {
		check(broker_get(orders, &number), "orders");
		if (number == CLOSED)
			break;
		canteen_cook(1);
		check(broker_put(answers, number), "answers");
	}
	broker_close(orders);
	broker_close(answers);
	_exit(0);
}

/* Meals that are wanted after another: main hears of it, the door sends the order. */
static thr_queue *again;

/* The next to come through the door: a diner whose time has come, or one who wants another
 * meal. */
static struct meal *next_order(int *arrived)
{
	struct meal *diner = *arrived < MEALS ? &canteen.meals[*arrived] : NULL;
	thr_ns left = diner ? canteen.noon + diner->arrives - thr_monotonic() : THR_FOREVER;
	void *item;

	if (diner && left < 0)
		left = THR_POLL;
	if (!thr_queue_get(again, &item, left))
		return item;
	*arrived += DISHES;
	return diner;
}

/* A thread of its own, so that main always takes answers, and the kitchens never wait for both.
 */
static void *door(void *url)
{
	struct broker *orders = open_queue(url, orders_name);
	int arrived = 0;

	for (int i = 0; i < MEALS; i++)
		check(broker_put(orders, next_order(&arrived)->number), "orders");
	for (int i = 0; i < KITCHENS; i++)
		check(broker_put(orders, CLOSED), "orders");
	broker_close(orders);
	return NULL;
}

static void take_answers(struct broker *answers)
{
	int number;

	for (int i = 0; i < MEALS; i++) {
		check(broker_get(answers, &number), "answers");
		canteen_served(&canteen, &canteen.meals[number]);
		if (canteen_wants_more(&canteen.meals[number]))
			must(thr_queue_put(again, &canteen.meals[number + 1], THR_FOREVER));
	}
}

static const char *broker_url(int argc, char **argv)
{
	if (argc == 1)
		return NULL;
	if (argc == 3 && !strcmp(argv[1], "--broker"))
		return argv[2];
	fprintf(stderr,
		"usage: canteen_broker [--broker amqp://USER:PASSWORD@HOST:PORT/VHOST]\n");
	exit(2);
}

int main(int argc, char **argv)
{
	const char *url = broker_url(argc, argv);
	struct broker *orders, *answers;
	thr_thread *t;

	snprintf(orders_name, sizeof(orders_name), "/canteen-orders-%d", (int)getpid());
	snprintf(answers_name, sizeof(answers_name), "/canteen-answers-%d", (int)getpid());
	orders = open_queue(url, orders_name);
	answers = open_queue(url, answers_name);
	fflush(stdout);
	for (int i = 0; i < KITCHENS; i++)
		if (!fork())
			kitchen(url);

	canteen_open(&canteen);
	must(thr_queue_new(&again, NULL));
	must(thr_thread_new(
	    &t, &(thr_thread_opts){.target = door, .arg = (void *)url, .name = "door"}));
	must(thr_thread_start(t));
	take_answers(answers);
	must(thr_thread_join(t, THR_FOREVER));
	thr_thread_unref(t);
	thr_queue_unref(again);
	while (wait(NULL) > 0)
		;
	broker_remove(orders);
	broker_remove(answers);
	canteen_report(&canteen, url ? "broker, RabbitMQ" : "broker, POSIX message queue");
	return 0;
}
