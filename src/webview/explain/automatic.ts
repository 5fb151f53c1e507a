import type { Inspection } from "../../explain/api";
import type { ParameterValue } from "../../explain/method/parameter";
import { windowSizes } from "../../explain/windowSizes";

type Values = Readonly<Record<string, ParameterValue>>;

/** What values come to that are left to the method, where that is a number; by method. */
const found: Readonly<Record<string, (inspection: Inspection, values: Values) => Values>> = {
  occlusion: ({ profile }, { window, stride }) => ({
    ...windowSizes(profile.size, { window: Number(window), stride: Number(stride) }),
  }),
};

/** What stands in the field of a value that is left to the method: “automatic (32)”. */
export function automaticWords(
  inspection: Inspection,
  method: string,
  values: Values,
  name: string,
): string {
  const value = found[method]?.(inspection, values)[name];
  return value === undefined ? "automatic" : `automatic (${value})`;
}
