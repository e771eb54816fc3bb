/** What processes are called: /proc/PID/{stat,cmdline,cgroup}, read while they live and kept after they have exited. */
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { monotonicMs } from "../clock.ts";
import type { ProcessId, ProcessName } from "../process.ts";
import { cgroupOf, containerOf } from "./container.ts";
import { type TaskStat, isSame, parseTask } from "./task.ts";
import { readText } from "./files.ts";

const CAPACITY = 20_000;
/** Longer command lines are cut: some hold megabytes of class path. */
const CMDLINE_BYTES = 4096;
/** Of the budget, for processes not seen before; the rest is for checking the others. */
const NEW_SHARE = 0.7;

interface Entry {
  name: ProcessName;
  /** The number of the look that last asked for it. */
  wanted: number;
}

/** The names of processes that hooks have seen. A PID that has passed to another process is told by its start. */
export class ProcessNames {
  readonly #root: string;
  readonly #capacity: number;
  /** Several where a PID was used again. Found by number, since ten thousand are looked up in each tick. */
  readonly #byPid = new Map<number, Entry[]>();
  /** In the order in which they were first seen. */
  readonly #entries = new Set<Entry>();
  readonly #cmdline = Buffer.alloc(CMDLINE_BYTES);
  #looks = 0;
  /** Where the round of checking who is still alive goes on. */
  #checked = 0;

  constructor(root = "", capacity = CAPACITY) {
    this.#root = root;
    this.#capacity = capacity;
  }

  /**
   * What is known of these processes. Those not seen before are read first; the rest of the time goes to checking, in turns,
   * who has exited or called exec. What does not fit into the budget follows with the next calls.
   */
  look(ids: readonly ProcessId[], budgetMs: number): readonly ProcessName[] {
    const begin = monotonicMs();
    const newcomersUntil = begin + budgetMs * NEW_SHARE;
    this.#looks++;
    const known: Entry[] = [];
    let late = false;
    for (const id of ids) {
      // PID 0 is no process.
      if (id.pid === 0) continue;
      let entry = this.#find(id);
      if (entry === undefined) {
        late ||= monotonicMs() >= newcomersUntil;
        if (late) continue;
        entry = this.#add(this.#read(id));
      }
      entry.wanted = this.#looks;
      known.push(entry);
    }
    this.#checkSome(known, begin + budgetMs);
    this.#forget();
    return known.map((entry) => entry.name);
  }

  #find({ pid, startMs }: ProcessId): Entry | undefined {
    return this.#byPid.get(pid)?.find((entry) => entry.name.startMs === startMs);
  }

  #add(name: ProcessName): Entry {
    const entry = { name, wanted: this.#looks };
    const others = this.#byPid.get(name.pid);
    if (others === undefined) this.#byPid.set(name.pid, [entry]);
    else others.push(entry);
    this.#entries.add(entry);
    return entry;
  }

  #checkSome(known: readonly Entry[], deadline: number): void {
    const alive = known.filter((entry) => !entry.name.exited);
    for (let n = 0; n < alive.length && monotonicMs() < deadline; n++) {
      const entry = alive[this.#checked++ % alive.length];
      if (entry !== undefined) entry.name = this.#check(entry.name);
    }
  }

  /** The same object where nothing has changed. */
  #check(name: ProcessName): ProcessName {
    const task = this.#task(name);
    if (task === undefined) return { ...name, exited: true };
    // A new comm means exec: the command line is a new one, too. One that could not be read before is tried again.
    if (task.kernel || (task.comm === name.comm && name.cmdline !== undefined)) return name;
    const fresh = this.#readLiving(name, task);
    return fresh.comm === name.comm && fresh.cmdline === name.cmdline ? name : fresh;
  }

  #read(id: ProcessId): ProcessName {
    const task = this.#task(id);
    if (task !== undefined) return this.#readLiving(id, task);
    const { pid, startMs, comm } = id;
    return { pid, startMs, comm, cmdline: undefined, cgroup: undefined, container: undefined, exited: true };
  }

  #readLiving(id: ProcessId, task: TaskStat): ProcessName {
    const cgroup = cgroupOf(readText(`${this.#root}/proc/${id.pid}/cgroup`) ?? "");
    return {
      pid: id.pid,
      startMs: id.startMs,
      comm: task.kernel ? id.comm : task.comm,
      // A process stuck in the kernel may hold the lock on its memory, and reading its arguments would hang with it.
      cmdline: task.kernel || task.state === "D" ? undefined : this.#readCmdline(id.pid),
      cgroup,
      container: cgroup === undefined ? undefined : containerOf(cgroup),
      exited: false,
    };
  }

  /** Undefined where the process has exited, is a zombie, or another has its PID. */
  #task(id: ProcessId): TaskStat | undefined {
    const dir = `${this.#root}/proc/${id.pid}`;
    // Most of those that are gone are found out by this, at a fifth of the cost of a failing read.
    const task = existsSync(dir) ? parseTask(readText(`${dir}/stat`) ?? "") : undefined;
    return task !== undefined && isSame(id, task) && task.state !== "Z" && task.state !== "X" ? task : undefined;
  }

  /** Undefined for kernel threads, which have no command line. */
  #readCmdline(pid: number): string | undefined {
    let fd: number | undefined;
    try {
      fd = openSync(`${this.#root}/proc/${pid}/cmdline`, "r");
      const bytes = readSync(fd, this.#cmdline, 0, CMDLINE_BYTES, 0);
      const text = this.#cmdline.toString("utf8", 0, bytes).replace(/\0+$/, "").replaceAll("\0", " ");
      return text === "" ? undefined : text;
    } catch {
      return undefined;
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }

  /** The oldest that nobody asked for just now. */
  #forget(): void {
    for (const entry of this.#entries) {
      if (this.#entries.size <= this.#capacity) return;
      if (entry.wanted === this.#looks) continue;
      this.#entries.delete(entry);
      const { pid } = entry.name;
      const others = this.#byPid.get(pid)?.filter((other) => other !== entry) ?? [];
      if (others.length === 0) this.#byPid.delete(pid);
      else this.#byPid.set(pid, others);
    }
  }
}
