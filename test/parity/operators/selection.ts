import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Case } from "./case";
import type { Result } from "./results";

/** The cases that run without Python: so many of each operator, and none with more bytes. */
const casesOfOneOperator = 3;
const mostBytes = 800;

/** A case with its two files, as export.py wrote them. */
interface Packed {
  readonly item: Case;
  readonly model: string;
  readonly data: string;
}

const endings = { model: ".onnx", data: ".data.onnx" } as const;

/** The smallest cases of every operator that pass in every way, with their files, compressed. */
export function pack(folder: string, results: readonly Result[]): Uint8Array {
  const read = ({ name }: Case, ending: string) =>
    readFileSync(join(folder, `${name}${ending}`)).toString("base64");
  const packed = results
    .filter(([{ expanded }, outcome]) => !expanded && passesAll(outcome))
    .map(([item]): Packed => {
      const model = read(item, endings.model);
      return { item, model, data: read(item, endings.data) };
    })
    .filter((one) => bytesOf(one) <= mostBytes)
    .sort((a, b) => bytesOf(a) - bytesOf(b) || (a.item.name < b.item.name ? -1 : 1));
  const taken = new Map<string, number>();
  const selected = packed.filter(({ item: { operator } }) => {
    taken.set(operator, (taken.get(operator) ?? 0) + 1);
    return taken.get(operator)! <= casesOfOneOperator;
  });
  selected.sort((a, b) => (a.item.name < b.item.name ? -1 : 1));
  return gzipSync(JSON.stringify(selected), { level: 9 });
}

/** Writes the files of the packed cases into a folder and returns the cases. */
export function unpack(bytes: Uint8Array, folder: string): Case[] {
  const packed = JSON.parse(gunzipSync(bytes).toString("utf8")) as Packed[];
  return packed.map(({ item, ...contents }) => {
    for (const [what, ending] of Object.entries(endings)) {
      const bytes = Buffer.from(contents[what as keyof typeof endings], "base64");
      writeFileSync(join(folder, `${item.name}${ending}`), bytes);
    }
    return item;
  });
}

function passesAll({ evaluated, compiled, gradient }: Result[1]): boolean {
  return !evaluated && !compiled && !gradient;
}

function bytesOf({ model, data }: Packed): number {
  return ((model.length + data.length) * 3) / 4;
}
