import { SightlineError } from "../error";

/** A profile, or a file it is made from, that is wrong: which file, what is wrong, what to do. */
export function profileError(
  file: string,
  problem: string,
  remedy: string,
  cause?: unknown,
): SightlineError {
  return new SightlineError(
    "profile",
    `${file}: ${problem}; ${remedy}.`,
    { file, problem, remedy },
    { cause },
  );
}

/** Reads JSON; a byte order mark is allowed, comments are not. Throws `SightlineError("profile")`. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw profileError(file, `is not valid JSON (${detail})`, "correct it", cause);
  }
}
