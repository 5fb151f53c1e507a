/** What reaches a view is JSON (and the bytes of arrays of numbers), which has neither NaN nor infinities: they travel as objects. */

const key = "$number";

/** A value that JSON can hold, for {@link fromJson}. */
export function toJson(value: unknown): unknown {
  if (typeof value !== "number") return inside(value, toJson);
  return Number.isFinite(value) ? value : { [key]: String(value) };
}

/** What {@link toJson} was given. */
export function fromJson(value: unknown): unknown {
  return isFields(value) && key in value ? Number(value[key]) : inside(value, fromJson);
}

/** Every item of a list, or field of an object, changed; anything else as it is. */
function inside(value: unknown, change: (part: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, change(part)]));
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === "[object Object]";
}
