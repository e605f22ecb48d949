// Writes tar archives header by header, so that a test can say what no honest tar program would.
export interface WrittenEntry {
  name: string;
  /** 0 file, 1 hard link, 2 symbolic link, 3 and 4 devices, 5 folder, 6 pipe, x g L K extended headers. */
  type?: string;
  target?: string;
  mode?: number;
  body?: string | Buffer;
  prefix?: string;
  magic?: string;
  /** Claims another length than the body has. */
  size?: number;
  checksum?: number;
}

/** A whole archive, end mark included. */
export function tarOf(...entries: WrittenEntry[]): Buffer {
  return Buffer.concat([...entries.map(written), Buffer.alloc(1024)]);
}

export function written(entry: WrittenEntry): Buffer {
  const body = Buffer.from(entry.body ?? "");
  const header = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number): void => {
    header.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
  };
  header.write(entry.name, 0, 100, "utf8");
  octal(entry.mode ?? 0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(entry.size ?? body.length, 124, 12);
  octal(0, 136, 12);
  header.write(entry.type ?? "0", 156, 1, "latin1");
  header.write(entry.target ?? "", 157, 100, "utf8");
  header.write(entry.magic ?? "ustar\u000000", 257, 8, "latin1");
  header.write(entry.prefix ?? "", 345, 155, "utf8");
  header.fill(" ", 148, 156);
  const sum = entry.checksum ?? header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

/** A POSIX extended header for the next entry. */
export function pax(records: Record<string, string>, type = "x"): WrittenEntry {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = Buffer.byteLength(rest);
    while (String(length).length + Buffer.byteLength(rest) !== length) length++;
    return `${length}${rest}`;
  });
  return { name: "PaxHeader/next", type, body: lines.join("") };
}
