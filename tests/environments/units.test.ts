// Tests how values with units are read.
import { describe, expect, test } from "vitest";
import { duration, increase, points, readUnit, share, size } from "../../environments/units.ts";
import type { Unit } from "../../environments/units.ts";

describe("readUnit", () => {
  test.each<[Unit, string, number]>([
    [duration, "500ms", 0.5],
    [duration, "20s", 20],
    [duration, "5m", 300],
    [duration, "2h", 7200],
    [duration, "1.5s", 1.5],
    [size, "10MiB", 10_485_760],
    [size, "100GiB", 107_374_182_400],
    [size, "1KiB", 1024],
    [size, "0.3KiB", 307],
    [share, "30%", 0.3],
    [share, "2%", 0.02],
    [share, "100%", 1],
    [increase, "+20%", 0.2],
    [points, "+0.5pp", 0.005],
  ])("%# reads %j", (unit, text, value) => {
    expect(readUnit(unit, text)).toEqual({ ok: true, value });
  });

  test.each<[Unit, unknown, string]>([
    [duration, 20, "20 has no unit: write a duration with its unit, such as 500ms, 20s, 5m or 2h"],
    [duration, "20", '"20" has no unit: write a duration with its unit, such as 500ms, 20s, 5m or 2h'],
    [
      size,
      "10MB",
      '"10MB" is not understood: write a size with its unit, such as 64KiB, 10MiB, 100GiB or 1TiB',
    ],
    [share, "+30%", '"+30%" is not understood: write a share, such as 30%'],
    [increase, "20%", '"20%" is not understood: write an increase, such as +20%'],
    [points, "+0.5%", '"+0.5%" is not understood: write an increase in percentage points, such as +0.5pp'],
    [share, null, "null is not understood: write a share, such as 30%"],
    [share, {}, "a map is not understood: write a share, such as 30%"],
  ])("%# refuses and names what is accepted", (unit, value, complaint) => {
    expect(readUnit(unit, value)).toEqual({ ok: false, complaint });
  });

  test.each(["-5s", "5 s", "s", "1e3s", "5S", "20s\n", "9999999999s", "٣s", "5d"])(
    "%j is no duration",
    (text) => {
      expect(readUnit(duration, text).ok).toBe(false);
    },
  );
});
