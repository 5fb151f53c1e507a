import type { ErrorReport } from "../../explain/api";
import { errorReport, SightlineError } from "../../explain/error";

/** An error as data: the causes behind it go along in `data.trace` for the log. */
export function toReport(cause: unknown): ErrorReport {
  const report = errorReport(cause);
  return { ...report, data: { ...report.data, trace: trace(cause) } };
}

/** The error that a report was made from. */
export function fromReport({ code, message, data }: ErrorReport): SightlineError {
  return new SightlineError(code, message, data);
}

export function isReport(value: unknown): value is ErrorReport {
  return value !== null && typeof value === "object" && "code" in value && "message" in value;
}

function trace(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const own = cause.stack ?? cause.message;
  return cause.cause === undefined ? own : `${own}\ncaused by: ${trace(cause.cause)}`;
}
