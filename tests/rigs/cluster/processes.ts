// The rig's processes: each writes a log, is ended by its id, and does not outlive the test, even one that is killed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Program {
  pid: number;
  alive: () => boolean;
  /** Throws with the last lines of its log when it has ended. */
  check: () => void;
  /** Asks it to end, by force after `patience` ms; resolves once it is gone. May be called again. */
  stop: (signal?: NodeJS.Signals, patience?: number) => Promise<void>;
}

export interface Processes {
  /** Starts a program; what it says goes to `<folder>/<name>.log`. */
  start: (name: string, path: string, args: readonly string[], env?: NodeJS.ProcessEnv) => Program;
  /** Ends all of them, at once, and takes the folder away. */
  end: () => Promise<void>;
}

// Its input ends with the test, however that ends.
const keeper = `cat >/dev/null; cd "$0/running" && for pid in *; do kill -9 "$pid"; done; rm -rf "$0"`;

/** Processes whose files are below `folder`, which goes with them. */
export function openProcesses(folder: string): Processes {
  const running = join(folder, "running");
  mkdirSync(running, { recursive: true });
  const programs = new Set<Program>();
  // A group of its own: Ctrl-C on the terminal must not take away who cleans up.
  const guard = spawn("sh", ["-c", keeper, folder], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  guard.unref();
  return {
    start: (name, path, args, env = {}) => {
      const log = join(folder, `${name}.log`);
      const output = openSync(log, "a");
      const child = spawn(path, args, {
        cwd: folder,
        env: { PATH: process.env["PATH"], HOME: folder, ...env },
        stdio: ["ignore", output, output],
      });
      closeSync(output);
      const pid = child.pid ?? 0;
      if (pid > 0) writeFileSync(join(running, String(pid)), name);
      let failure = "";
      child.once("error", (error) => (failure = error.message));
      const gone = new Promise<void>((resolve) => {
        const end = (): void => {
          rmSync(join(running, String(pid)), { force: true });
          resolve();
        };
        child.once("exit", end);
        child.once("error", end);
      });
      const alive = (): boolean => pid > 0 && child.exitCode === null && child.signalCode === null;
      const program: Program = {
        pid,
        alive,
        check: () => {
          if (alive()) return;
          throw new Error(`${name} has ended: ${failure}\n${readFileSync(log, "utf8").slice(-2000)}`);
        },
        stop: async (signal = "SIGTERM", patience = 10_000) => {
          programs.delete(program);
          if (!alive()) return gone;
          child.kill(signal);
          const timer = setTimeout(() => child.kill("SIGKILL"), patience);
          await gone;
          clearTimeout(timer);
        },
      };
      programs.add(program);
      return program;
    },
    end: async () => {
      await Promise.all([...programs].map((program) => program.stop("SIGKILL")));
      const ended = once(guard, "exit");
      guard.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
