// The shape of a freeze window: a stretch of time in which nothing is rolled out, once or every week.
import { z } from "zod";

const instant = () =>
  z.iso.datetime({
    offset: true,
    error: "must be a date and time with its zone, such as 2026-12-24T18:00:00+01:00",
  });

const timeOfDay = () =>
  z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: "must be a time of day, such as 18:00" });

/** When something opens and closes each week. */
export const weeklyHours = {
  days: z
    .array(z.enum(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]))
    .min(1, { error: "name at least one day" })
    .describe("Days on which it opens"),
  from: timeOfDay().describe("Opens at this time on each of the days"),
  to: timeOfDay().describe("Closes at this time; on the next day where it is earlier than `from`"),
  timezone: z
    .string()
    .refine(isTimezone, { error: "is not a known time zone; write it as Europe/Berlin or UTC" })
    .describe("Time zone of `from` and `to`, such as Europe/Berlin"),
};

const reason = () =>
  z.string().min(1, { error: "must say why" }).describe("Shown to whoever is stopped by the window");

const once = z.strictObject({
  reason: reason(),
  start: instant().describe("From this instant on"),
  end: instant().describe("Up to this instant"),
});

const weekly = z.strictObject({ reason: reason(), ...weeklyHours });

export const freezeSchema = z.union([once, weekly]);

export type FreezeWindow = z.output<typeof freezeSchema>;

function isTimezone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
