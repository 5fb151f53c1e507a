import type { Node } from "../../graph/graph";
import type { Refuse } from "./attribute";
import { wrongAttribute } from "./attributeValues";
import { signatures, type Signature } from "./signatures";

const remedy = "correct the model and check it with onnx.checker, or export it again";

/**
 * Throws what `refuse` makes for a node that lacks an input or attribute, has one too many inputs or outputs, or an attribute whose value its operator
 * does not have: rewrites and operators rely on these. Operators without a signature pass.
 */
export function checkNode(node: Node, refuse: Refuse): void {
  const signature = signatures[node.op];
  const problem = signature && (wrongPlaces(node, signature) ?? wrongAttribute(node));
  if (problem !== undefined) throw refuse(problem, remedy);
}

function wrongPlaces(
  { inputs, outputs, attributes }: Node,
  signature: Signature,
): string | undefined {
  const [wanted, made, ...required] = signature;
  const count = inputs.findLastIndex(Boolean) + 1;
  const missing = [...wanted].findIndex(
    (mark, i) => (mark === "1" || (mark === "*" && i === 0)) && !inputs[i],
  );
  if (missing >= 0) return `has no input number ${missing + 1}, which it needs`;
  if (!wanted.endsWith("*") && count > wanted.length) {
    return `has ${count} inputs, but takes no more than ${wanted.length}`;
  }
  if (!made.endsWith("*") && outputs.length > made.length) {
    return `has ${outputs.length} outputs, but makes no more than ${made.length}`;
  }
  const lacking = required.find((name) => attributes[name] === undefined);
  return lacking === undefined ? undefined : `lacks its attribute ${lacking}`;
}
