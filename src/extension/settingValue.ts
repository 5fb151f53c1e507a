import { contributes } from "../../package.json";

const { properties } = contributes.configuration;

export type SettingKey = keyof typeof properties;

/** What the manifest says of a setting. */
interface Rule {
  readonly type: string;
  readonly default: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/**
 * A setting's value, or its default when the manifest does not allow the value: the settings file takes whatever is typed.
 *
 * @param refused called with one sentence when the default is used.
 */
export function settingValue(
  key: SettingKey,
  value: unknown,
  refused: (sentence: string) => void,
): unknown {
  const rule: Rule = properties[key];
  if (allows(rule, value)) return value;
  refused(
    `The setting ${key} is ${JSON.stringify(value)}, which is not ${words(rule)}; ${JSON.stringify(rule.default)} is used.`,
  );
  return rule.default;
}

function allows({ type, enum: listed, minimum, maximum }: Rule, value: unknown): boolean {
  if (type !== "integer") return typeof value === type && (listed?.includes(value) ?? true);
  return (
    Number.isInteger(value) &&
    (value as number) >= (minimum ?? -Infinity) &&
    (value as number) <= (maximum ?? Infinity)
  );
}

function words({ type, enum: listed, minimum, maximum }: Rule): string {
  if (listed) return `one of ${listed.join(", ")}`;
  return type === "integer" ? `a whole number from ${minimum} to ${maximum}` : `a ${type}`;
}
