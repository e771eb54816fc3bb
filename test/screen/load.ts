/** A little of everything, so that all panes have something to show: bounded in time and rate, and gone after the test. */
import { execFileSync, spawn } from "node:child_process";
import { truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after } from "node:test";
import { scratch, start, workload } from "../kernel/harness.ts";

const MIB = 1 << 20;

export interface Load {
  /** Name of a disk of its own. */
  readonly disk: string;
  readonly file: string;
}

/** A loop device over a file, gone after the test file. */
export function loopDisk(bytes: number): { readonly device: string; readonly name: string } {
  const file = path.join(scratch(), "disk");
  writeFileSync(file, "");
  truncateSync(file, bytes);
  const device = execFileSync("losetup", ["--find", "--show", "--direct-io=off", file]).toString().trim();
  after(() => execFileSync("losetup", ["--detach", device]));
  return { device, name: path.basename(device) };
}

export function fileOf(name: string, bytes: number): string {
  const file = path.join(scratch(), name);
  writeFileSync(file, Buffer.alloc(bytes, 23));
  return file;
}

/** As {@link start}, with everything that it starts itself in one group, which is ended as a whole. */
export function startGroup(command: string, args: readonly string[]): { readonly pid: number } {
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} does not start`);
  after(() => {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  });
  return { pid };
}

export function startLoad(seconds: number): Load {
  const { device, name } = loopDisk(32 * MIB);
  const file = fileOf("read-again", MIB);
  startGroup("fio", [
    ...[
      "--name=load",
      `--filename=${device}`,
      "--rw=randwrite",
      "--bs=4k",
      "--direct=1",
      "--ioengine=psync",
      "--thread",
    ],
    ...["--rate_iops=300", "--time_based", `--runtime=${seconds}`, "--size=16m", "--randseed=23"],
  ]);
  start(workload("reread"), [file, String(1000 * seconds), "20000"]);
  startGroup(workload("tcp_bulk"), ["127.0.0.1", "0", String(1000 * seconds), "4096"]);
  return { disk: name, file };
}
