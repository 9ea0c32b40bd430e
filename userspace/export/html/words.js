"use strict";
/* Numbers for people, and elements made without a way for a name to become markup. */

const UNITS = [[1e9, "s"], [1e6, "ms"], [1e3, "\u00b5s"], [1, "ns"]];

/* Three digits and a unit. */
function duration(ns) {
	if (!ns)
		return "0";
	const [size, unit] = UNITS.find(([least]) => Math.abs(ns) >= least) || UNITS[3];
	const value = ns / size;
	return value.toFixed(Math.abs(value) >= 100 || unit === "ns" ? 0 : Math.abs(value) >= 10 ? 1 : 2) + " " + unit;
}

/* A time on the axis, as fine as the steps between its marks. */
function moment(ns, step) {
	const [size, unit] = UNITS.find(([least]) => Math.max(step, ns ? Math.min(ns, step * 20) : step) >= least) || UNITS[3];
	const digits = Math.max(0, Math.min(9, Math.ceil(-Math.log10(step / size) - 1e-9)));
	return (ns / size).toFixed(digits) + " " + unit;
}

/* A step of 1, 2 or 5 times a power of ten. */
function niceStep(least) {
	const power = Math.pow(10, Math.floor(Math.log10(Math.max(least, 1))));
	return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least);
}

function percent(part, whole) {
	return whole ? (100 * part / whole).toFixed(1) : "-";
}

function count(number, one, many) {
	return number.toLocaleString("en") + " " + (number === 1 ? one : many || one + "s");
}

function byId(id) {
	return document.getElementById(id);
}

/* make("td", {className: "number"}, "text", element, ...) */
function make(tag, properties, ...children) {
	const element = document.createElement(tag);
	Object.assign(element, properties);
	element.append(...children.filter((child) => child !== null && child !== undefined));
	return element;
}
