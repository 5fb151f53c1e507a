import { GraphError } from "../../error";
import type { Attributes, AttributeValue, Node } from "../../graph/graph";
import type { Tensor } from "../../tensor";

/** Typed access to attributes. Defaults were filled in when the node was made, so `undefined` means "has none". */
function wrong(node: Node, name: string, wanted: string): GraphError {
  return new GraphError(node.name, `attribute ${name} of ${node.op} must be ${wanted}`);
}

export function int(node: Node, name: string): number {
  const value = maybeInt(node, name);
  if (value === undefined) throw wrong(node, name, "given");
  return value;
}

export function maybeInt(node: Node, name: string): number | undefined {
  const value = node.attributes[name];
  if (value !== undefined && typeof value !== "number") throw wrong(node, name, "a number");
  return value;
}

/** Floats and integers are both numbers here. */
export const float = int;
export const maybeFloat = maybeInt;

export function maybeInts(node: Node, name: string): readonly number[] | undefined {
  const value = node.attributes[name];
  if (value === undefined) return undefined;
  if (!isNumbers(value)) throw wrong(node, name, "a list of numbers");
  return value;
}

export function ints(node: Node, name: string): readonly number[] {
  const value = maybeInts(node, name);
  if (value === undefined) throw wrong(node, name, "given");
  return value;
}

export function text(node: Node, name: string): string {
  const value = node.attributes[name];
  if (typeof value !== "string") throw wrong(node, name, "a text");
  return value;
}

export function maybeTensor(node: Node, name: string): Tensor | undefined {
  const value = node.attributes[name];
  if (value === undefined) return undefined;
  if (typeof value !== "object" || !("data" in value)) throw wrong(node, name, "a tensor");
  return value;
}

function isNumbers(value: AttributeValue): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}

/** The attributes of a node but those named. */
export function attributesBut(node: Node, ...names: readonly string[]): Attributes {
  return Object.fromEntries(
    Object.entries(node.attributes).filter(([name]) => !names.includes(name)),
  );
}
