// Keeps the live set of an environment's nodes, read from its node folders, and tells what changes.
import { existsSync, readdirSync, readFileSync, statSync, watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const nodeSchema = z.object({
  name: z.string().min(1),
  service: z.string().min(1),
  kind: z.enum(["http", "sessions"]),
  zone: z.string(),
  address: z.string().min(1),
  port: z.number().int().min(1).max(65_535),
  health: z.string().startsWith("/"),
});

/** A node as its `node.json` says, and whether its `drain` file exists. */
export interface InventoryNode extends z.infer<typeof nodeSchema> {
  draining: boolean;
}

export interface InventoryChange {
  type: "added" | "changed" | "removed";
  node: InventoryNode;
}

interface Folder {
  id: string;
  watcher: FSWatcher | undefined;
  text: string;
  node: InventoryNode | undefined;
}

const rescanMilliseconds = 1000;

/**
 * The nodes below `<root>/nodes`, kept current by fs.watch and by a full rescan each second (events can be lost).
 * Reading is synchronous on purpose: what `refresh` returns to is then true for whoever asked, and a node costs three system calls.
 * A half-written `node.json` keeps what was known; a vanished one counts only if the rescan finds it gone too.
 */
export class Inventory {
  readonly #root: string;
  readonly #listener: (change: InventoryChange) => void;
  readonly #folders = new Map<string, Folder>();
  readonly #timer: NodeJS.Timeout;
  #parent: { id: string; watcher: FSWatcher | undefined } | undefined;

  constructor(root: string, listener: (change: InventoryChange) => void) {
    this.#root = join(root, "nodes");
    this.#listener = listener;
    this.rescan();
    this.#timer = setInterval(() => this.rescan(), rescanMilliseconds);
  }

  /** The nodes as last read. */
  get nodes(): InventoryNode[] {
    return [...this.#folders.values()].flatMap((folder) => folder.node ?? []);
  }

  /** Reads one node now, so that the caller does not depend on when an event arrives. */
  refresh(name: string): void {
    this.#read(name, false);
  }

  /** Reads every node now. */
  rescan(): void {
    const id = identity(this.#root);
    if (id !== this.#parent?.id) {
      this.#parent?.watcher?.close();
      this.#parent = id === undefined ? undefined : { id, watcher: this.#watchParent() };
    }
    const present = new Set(id === undefined ? [] : namesIn(this.#root));
    for (const name of this.#folders.keys()) if (!present.has(name)) this.#drop(name);
    for (const name of present) this.#read(name, true);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#parent?.watcher?.close();
    for (const folder of this.#folders.values()) folder.watcher?.close();
    this.#folders.clear();
  }

  #read(name: string, certain: boolean): void {
    const path = join(this.#root, name);
    const id = identity(path);
    if (id === undefined) return this.#drop(name);
    const folder = this.#folder(name, path, id);
    const text = textOf(join(path, "node.json"));
    const before = folder.node;
    if (text === undefined && certain) folder.node = undefined;
    const parsed = text === undefined || text === folder.text ? undefined : parse(text, name);
    if (text === undefined || parsed !== undefined) folder.text = text ?? "";
    const known = parsed ?? folder.node;
    folder.node = known && { ...known, draining: existsSync(join(path, "drain")) };
    this.#tell(before, folder.node);
  }

  #folder(name: string, path: string, id: string): Folder {
    const known = this.#folders.get(name);
    if (known?.id === id) return known;
    // The same name on another inode is a folder made anew: the old watch hangs on the deleted one.
    known?.watcher?.close();
    const watcher = watchFolder(path, (file) => {
      if (file === null || file === "node.json" || file === "drain") this.refresh(name);
    });
    const folder = { id, watcher, text: known?.text ?? "", node: known?.node };
    this.#folders.set(name, folder);
    return folder;
  }

  #drop(name: string): void {
    const folder = this.#folders.get(name);
    folder?.watcher?.close();
    this.#folders.delete(name);
    this.#tell(folder?.node, undefined);
  }

  #tell(before: InventoryNode | undefined, now: InventoryNode | undefined): void {
    if (before === undefined && now !== undefined) this.#listener({ type: "added", node: now });
    else if (before !== undefined && now === undefined) this.#listener({ type: "removed", node: before });
    else if (now !== undefined && JSON.stringify(before) !== JSON.stringify(now)) {
      this.#listener({ type: "changed", node: now });
    }
  }

  #watchParent(): FSWatcher | undefined {
    return watchFolder(this.#root, (name) => (name === null ? this.rescan() : this.refresh(name)));
  }
}

/** Watches one folder; undefined where the system refuses (out of watches), the rescan then does the work alone. */
function watchFolder(path: string, onEvent: (file: string | null) => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, { persistent: false }, (_event, file) => onEvent(file));
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

function identity(path: string): string | undefined {
  try {
    const stat = statSync(path);
    // Inode numbers are reused at once on some file systems; with the time of birth they are not.
    return stat.isDirectory() ? `${stat.dev}:${stat.ino}:${stat.birthtimeMs}` : undefined;
  } catch {
    return undefined;
  }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function parse(text: string, name: string): InventoryNode | undefined {
  try {
    const node = nodeSchema.parse(JSON.parse(text));
    return node.name === name ? { ...node, draining: false } : undefined;
  } catch {
    return undefined;
  }
}
