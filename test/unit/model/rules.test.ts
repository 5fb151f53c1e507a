import { expect, test } from "vitest";
import { rules } from "../../../src/explain/model/layout/rules";
import { operators } from "../../../src/explain/op/index";

/** Operators of backward passes alone, through which no layer is looked for. */
const backward = [...operators.values()].filter((op) => op.private).map(({ name }) => name);

test("every operator has a row that says where its rows and columns go", () => {
  const forward = [...operators.keys()].filter((name) => !backward.includes(name));
  expect([...rules.keys()].toSorted()).toEqual(forward.toSorted());
});
