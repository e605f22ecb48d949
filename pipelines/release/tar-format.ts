// The part of the tar format that every tar program reads alike; anything else is refused, not interpreted.
// Why not a library's parser: ours decides, the `tar` of each node unpacks, and an archive that the two read
// differently is how a checked name turns into another one.

/** Something about the archive that readers could understand differently. */
export class OddArchive extends Error {}

export interface TarEntry {
  path: string;
  type: "file" | "folder" | "symlink" | "hardlink" | "other";
  /** Of links: the target as written. */
  target: string;
  size: number;
  mode: number;
}

type Read = (position: number, length: number) => Promise<Buffer>;

const block = 512;
const largestMeta = 1024 * 1024;
const foreign = "it is not a plain POSIX or GNU tar file (compressed ones are not taken)";
const kinds: Record<string, TarEntry["type"]> = {
  "0": "file",
  "\0": "file",
  "1": "hardlink",
  "2": "symlink",
  "5": "folder",
};
// What the common programs write; none of these keys changes where or what is unpacked, but path and linkpath.
const harmlessKeys =
  /^(path|linkpath|size|mtime|atime|ctime|uid|gid|uname|gname|comment|LIBARCHIVE\.creationtime|SCHILY\.(dev|ino|nlink))$/;

/** Yields the entries of an archive of `size` bytes; throws OddArchive where it is damaged or ambiguous. */
export async function* headersOf(size: number, read: Read): AsyncGenerator<TarEntry> {
  let names: Map<string, string> = new Map();
  let position = 0;
  for (;;) {
    const header = await read(position, block);
    if (header.length < block) throw new OddArchive(position === 0 ? foreign : "it ends before its end mark");
    if (header.every((byte) => byte === 0)) break;
    const { typeflag, bodySize, mode, isPosix } = parseHeader(header);
    const body = position + block;
    position = body + Math.ceil(bodySize / block) * block;
    if (position > size) throw new OddArchive("it is cut off within an entry");
    if ("xgLK".includes(typeflag)) {
      if (bodySize > largestMeta) throw new OddArchive("an extended header is larger than 1 MiB");
      names = merged(names, metaNames(typeflag, await read(body, bodySize)));
      continue;
    }
    const named = names.get("size");
    if (named !== undefined && Number(named) !== bodySize) throw new OddArchive("two sizes for one entry");
    const path = names.get("path") ?? nameIn(header, isPosix);
    const target = names.get("linkpath") ?? text(header.subarray(157, 257));
    const type = kinds[typeflag] ?? "other";
    if (type === "file" && path.endsWith("/"))
      throw new OddArchive(`file or folder: ${JSON.stringify(path)}`);
    if (type !== "file" && bodySize > 0) throw new OddArchive(`${type} with a body: ${JSON.stringify(path)}`);
    yield { path, type, target, size: bodySize, mode };
    names = new Map();
  }
  if (names.size > 0) throw new OddArchive("an extended header belongs to no entry");
  await expectZeros(position, size, read);
}

/** The end mark is two empty blocks; nothing may hide behind it, where some programs go on reading. */
async function expectZeros(start: number, size: number, read: Read): Promise<void> {
  if (size < start + 2 * block) throw new OddArchive("it ends before its end mark");
  for (let at = start; at < size; at += largestMeta) {
    const rest = await read(at, Math.min(largestMeta, size - at));
    if (rest.some((byte) => byte !== 0)) throw new OddArchive("there is something behind its end mark");
  }
}

function parseHeader(header: Buffer): { typeflag: string; bodySize: number; mode: number; isPosix: boolean } {
  const magic = header.toString("latin1", 257, 265);
  const isPosix = magic === "ustar\u000000";
  if (!isPosix && magic !== "ustar  \0") throw new OddArchive(foreign);
  const summed = header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0);
  if (octal(header, 148, 8) !== summed) throw new OddArchive("a header has a wrong checksum");
  if (!isPosix && header.subarray(345, 500).some((byte) => byte !== 0)) {
    throw new OddArchive("a GNU header says more than a name");
  }
  const typeflag = header.toString("latin1", 156, 157);
  return { typeflag, bodySize: octal(header, 124, 12), mode: octal(header, 100, 8), isPosix };
}

/** The name within a header; only POSIX has a prefix to it. */
function nameIn(header: Buffer, isPosix: boolean): string {
  const name = text(header.subarray(0, 100));
  const prefix = isPosix ? text(header.subarray(345, 500)) : "";
  return prefix ? `${prefix}/${name}` : name;
}

/** An octal field. The binary form is for sizes no release has, and an empty field is 0. */
function octal(header: Buffer, start: number, length: number): number {
  const field = header.toString("latin1", start, start + length);
  const digits = /^ *([0-7]*)[ \0]*$/.exec(field)?.[1];
  if (digits === undefined) throw new OddArchive("a number is not written in octal");
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}

/** Names that an extended header gives to the next entry: POSIX records, or the one long name of GNU. */
function metaNames(typeflag: string, body: Buffer): Map<string, string> {
  if (typeflag === "L") return new Map([["path", text(body)]]);
  if (typeflag === "K") return new Map([["linkpath", text(body)]]);
  const records = paxRecords(body);
  for (const key of records.keys()) {
    const isAllowed = typeflag === "g" ? key === "comment" : harmlessKeys.test(key);
    if (!isAllowed) throw new OddArchive(`extended attribute ${JSON.stringify(key)}`);
  }
  return typeflag === "g" ? new Map() : new Map([...records].filter(([key]) => key !== "comment"));
}

/** POSIX records, `length key=value\n`. Some readers go by the length, others by the line, so both must agree. */
function paxRecords(body: Buffer): Map<string, string> {
  const lines = utf8(body).split("\n");
  if (lines.pop() !== "") throw new OddArchive("an extended header is cut off");
  const records = new Map<string, string>();
  for (const line of lines) {
    const [, length, key = "", value = ""] = /^(\d+) ([^=]+)=([^\0]*)$/.exec(line) ?? [];
    if (Number(length) !== Buffer.byteLength(line) + 1)
      throw new OddArchive("an extended header is malformed");
    if (records.has(key)) throw new OddArchive(`two values for ${JSON.stringify(key)}`);
    records.set(key, value);
  }
  return records;
}

function merged(names: Map<string, string>, more: Map<string, string>): Map<string, string> {
  const twice = [...more.keys()].find((key) => names.has(key));
  if (twice) throw new OddArchive(`two values for ${JSON.stringify(twice)}`);
  return new Map([...names, ...more]);
}

/** Text up to the first NUL; whatever follows it must be NUL as well. */
function text(field: Buffer): string {
  const end = field.indexOf(0);
  if (end === -1) return utf8(field);
  if (field.subarray(end).some((byte) => byte !== 0)) throw new OddArchive("a name goes on behind its end");
  return utf8(field.subarray(0, end));
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new OddArchive("a name is not UTF-8");
  }
}
