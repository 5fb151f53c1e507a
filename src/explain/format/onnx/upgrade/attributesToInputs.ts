import type { Builder } from "../../../graph/builder";
import type { AttributeValue } from "../../../graph/graph";
import { tensor } from "../../../tensor";
import type { Rule, Upgrade } from "./upgrade";

/** How the value of an attribute becomes an input. */
type Kind = (g: Builder, value: AttributeValue, first: string) => string;

/** A list of integers, or one integer as a list of one. */
const ints: Kind = (g, value) =>
  g.ints(typeof value === "number" ? [value] : (value as readonly number[]));
/** A scalar of the element type of the first input. */
const scalar: Kind = (g, value, first) => g.scalar(value as number, first);
const floats: Kind = (g, value) => g.constant(tensor("float32", value as readonly number[]));

/** Moves attributes behind the inputs, in order; those not given become absent inputs. */
function move(attributes: Readonly<Record<string, Kind>>): Upgrade {
  return (g, node) => {
    const left = { ...node.attributes };
    const inputs = [...node.inputs];
    for (const [name, kind] of Object.entries(attributes)) {
      const value = left[name];
      inputs.push(value === undefined ? "" : kind(g, value, node.inputs[0]!));
      delete left[name];
    }
    while (inputs.at(-1) === "") inputs.pop();
    return { ...node, inputs, attributes: left };
  };
}

const reductions = [
  "ReduceL1",
  "ReduceL2",
  "ReduceLogSum",
  "ReduceLogSumExp",
  "ReduceMax",
  "ReduceMean",
  "ReduceMin",
  "ReduceProd",
  "ReduceSumSquare",
];

/** Operators whose parameters were attributes once and are inputs now. */
export const attributesToInputs: readonly Rule[] = [
  { op: "Clip", below: 11, upgrade: move({ min: scalar, max: scalar }) },
  { op: "Dropout", below: 12, upgrade: move({ ratio: scalar }) },
  { op: "Pad", below: 11, upgrade: move({ pads: ints, value: scalar }) },
  { op: "ReduceSum", below: 13, upgrade: move({ axes: ints }) },
  { op: "Slice", below: 10, upgrade: move({ starts: ints, ends: ints, axes: ints }) },
  { op: "Split", below: 13, upgrade: move({ split: ints }) },
  { op: "Squeeze", below: 13, upgrade: move({ axes: ints }) },
  { op: "TopK", below: 10, upgrade: move({ k: ints }) },
  { op: "Unsqueeze", below: 13, upgrade: move({ axes: ints }) },
  { op: "Upsample", below: 9, upgrade: move({ scales: floats }) },
  ...reductions.map((op) => ({ op, below: 18, upgrade: move({ axes: ints }) })),
];
