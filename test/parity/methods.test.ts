import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { AttributionMap, ExplainRequest } from "../../src/explain/api";
import { nodePlatform } from "../../src/explain/node";
import { createService } from "../../src/explain/service/service";
import { finished } from "../../src/explain/service/grid";
import { error } from "./error";
import { useFixture, type Files } from "./fixture";

/** The largest error that counts as agreement, relative to the largest value of the golden. */
const tolerance = 1e-3;

/** What a family's script in make/ writes: a question as a request has it, and the reference's answer. */
interface Row extends Partial<
  Pick<ExplainRequest, "score" | "negated" | "versus" | "fusedLayers" | "augmented">
> {
  readonly method: string;
  /** The tool and its version. */
  readonly reference: string;
  readonly classes: readonly number[];
  readonly layer?: string;
  readonly parameters?: Readonly<Record<string, number | string>>;
  /** Whether the golden is the finished map, behind the ReLU. */
  readonly finished?: boolean;
  readonly dims: readonly number[];
  /** Every `stride`-th number of each class's map is kept. */
  readonly stride: number;
  readonly maps: readonly (readonly number[])[];
}

const folder = join(import.meta.dirname, "golden", "methods");
const service = createService(nodePlatform({ threads: 2 }));
afterAll(() => service.dispose());

async function explain({ model, tensor }: Files, row: Row): Promise<readonly AttributionMap[]> {
  const { method, parameters, classes, layer = "auto", score = "logit", negated, versus } = row;
  const { fusedLayers, augmented } = row;
  const events = service.explain({
    ...{ model, tensor, images: [], methods: [method], layer, score, negated, versus },
    ...{ fusedLayers, augmented },
    classes: { indices: classes },
    ...(parameters && { parameters: { [method]: parameters } }),
  });
  for await (const event of events) {
    if (event.kind === "explanation") return event.explanation.maps;
    if (event.kind === "failed") throw new Error(event.error.message);
  }
  throw new Error("the service explained nothing");
}

const questionOf = ({
  method,
  reference,
  maps: _maps,
  dims: _dims,
  stride: _stride,
  ...asked
}: Row) => `${method} ${JSON.stringify(asked)}: ${reference}`;

describe.each(readdirSync(folder))("%s methods", (family) => {
  const names = readdirSync(join(folder, family)).map((file) => file.replace(".json", ""));
  describe.each(names)("on %s", (name) => {
    const { files } = useFixture(name);
    const rows = JSON.parse(readFileSync(join(folder, family, `${name}.json`), "utf8")) as Row[];
    test.each(rows.map((row) => [questionOf(row), row] as const))("%s", async (_question, row) => {
      const maps = await explain(files(), row);
      expect(maps.map(({ dims }) => dims)).toEqual(row.classes.map(() => row.dims));
      const errors = maps.map((map, k) => {
        const data = row.finished ? finished(map) : map.data;
        return error(
          data.filter((_, i) => i % row.stride === 0),
          row.maps[k]!,
        );
      });
      expect(Math.max(...errors), `errors by class: ${errors.join(", ")}`).toBeLessThan(tolerance);
    });
  });
});
