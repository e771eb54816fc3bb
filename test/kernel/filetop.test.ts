import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, renameSync, statSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { filetop } from "../../src/panes/fs/filetop.ts";
import { type FileData, type FileUse, file } from "../../src/sources/fs/file.ts";
import { type Window, windowOf } from "../../src/sources/source.ts";
import { isUnseen, observe, run, scratch, sleep, workload } from "./harness.ts";

const calls = (...args: (string | number)[]) => run(workload("file_calls"), args.map(String));

/** 377,777 bytes: 22 times 16,426 and once 16,405. */
const SIZE = 16_426;
const TOTAL = 377_777;

function fileOf(bytes: number): string {
  const name = path.join(scratch(), "some data.bin");
  writeFileSync(name, "");
  truncateSync(name, bytes);
  return name;
}

function rowsOf(window: Window<FileData>, pid: number): readonly FileUse[] {
  return filetop.rows(window).filter((row) => row.pid === pid);
}

function rowFor(window: Window<FileData>, pid: number, name: string): FileUse {
  const uses = rowsOf(window, pid);
  const use = uses.find((row) => row.path === name);
  assert.ok(use, `PID ${pid} has a row for ${name}, not only for ${uses.map((row) => row.path).join(", ")}`);
  return use;
}

const counts = (use: FileUse) => [use.reads, use.readBytes, use.writes, use.writeBytes, use.errors];

for (const call of ["read", "pread", "readv", "preadv", "preadv2"]) {
  test(`filetop: 23 calls of ${call}, to the byte`, async () => {
    const name = fileOf(TOTAL);
    const { window, result } = await observe(file, () => calls(call, name, SIZE, 23));
    const use = rowFor(window, result.pid, name);
    assert.deepEqual(counts(use), [23, TOTAL, 0, 0, 0]);
    assert.equal(use.comm, "file_calls");
    assert.equal(use.type, "regular");
    const { dev, ino } = statSync(name);
    assert.equal(use.inode, String(ino));
    assert.equal(use.device, `${(dev >> 8) & 0xfff}:${dev & 0xff}`);
    assert.equal(window.lost, 0);
  });
}

for (const call of ["write", "pwrite", "writev", "pwritev", "pwritev2"]) {
  test(`filetop: 23 calls of ${call}, to the byte`, async () => {
    const name = fileOf(0);
    const { window, result } = await observe(file, () => calls(call, name, SIZE, 23));
    assert.deepEqual(counts(rowFor(window, result.pid, name)), [0, 0, 23, 23 * SIZE, 0]);
  });
}

for (const call of ["sendfile", "copy_file_range", "splice"]) {
  test(`filetop: ${call} reads one file and writes the other`, async () => {
    const from = fileOf(TOTAL);
    const to = fileOf(0);
    const { window, result } = await observe(file, () => calls(call, from, 16_384, 23, to));
    assert.deepEqual(counts(rowFor(window, result.pid, from)), [23, 23 * 16_384, 0, 0, 0]);
    assert.deepEqual(counts(rowFor(window, result.pid, to)), [0, 0, 23, 23 * 16_384, 0]);
  });
}

test("filetop: a read at the end of the file is a read of no bytes", async () => {
  const name = fileOf(0);
  const { window, result } = await observe(file, () => calls("read", name, SIZE, 5));
  assert.deepEqual(counts(rowFor(window, result.pid, name)), [5, 0, 0, 0, 0]);
});

test("filetop: a 32-bit system call is not taken for another that has its number", async () => {
  const name = fileOf(TOTAL);
  const seeks = await observe(file, () => calls("lseek32", name, 1, 23)).catch(() => undefined);
  if (seeks === undefined) return; // a kernel without 32-bit system calls
  assert.ok(!rowsOf(seeks.window, seeks.result.pid).some((use) => use.path === name));
});

/** A process that has opened its file and waits; `go` lets it do its calls and waits for its end. */
async function waiting(...args: (string | number)[]) {
  const child = spawn(workload("file_calls"), args.map(String), {
    stdio: ["pipe", "pipe", "inherit"],
    timeout: 30_000,
  });
  await once(child.stdout, "data");
  return {
    pid: child.pid ?? 0,
    go: async () => {
      child.stdin.end("x");
      const [code] = await once(child, "close");
      assert.equal(code, 0);
    },
  };
}

test("filetop: a file opened before bpftop came", async () => {
  const name = fileOf(TOTAL);
  const child = await waiting("read", name, SIZE, 23);
  const { window } = await observe(file, child.go);
  assert.deepEqual(counts(rowFor(window, child.pid, name)), [23, TOTAL, 0, 0, 0]);
});

test("filetop: a file deleted while it is open says so", async () => {
  const name = fileOf(0);
  const child = await waiting("write", name, SIZE, 23);
  unlinkSync(name);
  const { window } = await observe(file, child.go);
  assert.deepEqual(counts(rowFor(window, child.pid, `${name} (deleted)`)), [0, 0, 23, 23 * SIZE, 0]);
});

test("filetop: a file renamed while it is in use gets its new name", async () => {
  const name = fileOf(TOTAL);
  const { window, result } = await observe(file, async () => {
    const tail = spawn(
      "sh",
      ["-c", 'exec 3<"$0"; dd bs=1 count=1 status=none <&3; sleep 1.2; dd bs=1 count=1 status=none <&3', name],
      {
        timeout: 10_000,
      },
    );
    await sleep(600);
    renameSync(name, `${name}.1`);
    await once(tail, "close");
    return tail;
  });
  assert.ok(result.pid);
  const paths = filetop.rows(window).map((row) => row.path);
  assert.ok(paths.includes(name), "the first dd saw the old name");
  assert.ok(paths.includes(`${name}.1`), "the second dd saw the new one");
});

test("filetop: a deleted file and a new one with its inode number are two", async () => {
  const folder = scratch();
  const { window, result } = await observe(file, async () => {
    const script = 'for i in 1 2 3 4 5 6 7 8; do echo $i >"$0/$i"; rm "$0/$i"; done';
    return run("sh", ["-c", script, folder]);
  });
  const uses = rowsOf(window, result.pid).filter((use) => use.writes > 0);
  assert.deepEqual(
    uses.map((use) => use.path).sort(),
    [1, 2, 3, 4, 5, 6, 7, 8].map((i) => `${folder}/${i}`),
  );
});

test("filetop: files of no directory", async () => {
  const { window, result } = await observe(file, async () => ({
    memfd: await calls("memfd", "a/b", SIZE, 3),
    tmpfile: await calls("tmpfile", "/tmp", SIZE, 3),
  }));
  assert.deepEqual(counts(rowFor(window, result.memfd.pid, "memfd:a/b")), [0, 0, 3, 3 * SIZE, 0]);
  const tmpfile = rowsOf(window, result.tmpfile.pid).find((use) => use.writes === 3);
  assert.match(tmpfile?.path ?? "", /^\/tmp\/#\d+ \(deleted\)$/);
});

test("filetop: hostile names come out whole", async () => {
  const folder = scratch();
  const names = ["\x1b]0;owned\x07\x1b[2J", "two\nlines", "‮evil", "n".repeat(255)].map((name) =>
    path.join(folder, name),
  );
  const { window, result } = await observe(file, async () => {
    const ran = [];
    for (const name of names) ran.push(await calls("write", name, SIZE, 2));
    const invalid = 'printf x >"$(printf "$0/\\377\\376bad")"; exec printf done';
    return { ran, invalid: await run("sh", ["-c", invalid, folder]) };
  });
  for (const [i, name] of names.entries()) {
    assert.deepEqual(counts(rowFor(window, result.ran[i]?.pid ?? 0, name)), [0, 0, 2, 2 * SIZE, 0]);
  }
  rowFor(window, result.invalid.pid, `${folder}/��bad`);
});

test("filetop: of a path too long to keep, the end is kept", async () => {
  const names = Array.from({ length: 9 }, (_, i) => `${i}`.repeat(100));
  const folder = path.join(scratch(), ...names);
  mkdirSync(folder, { recursive: true });
  const { window, result } = await observe(file, () => calls("write", `${folder}/file`, SIZE, 2));
  rowFor(window, result.pid, `…/${names.slice(-5).join("/")}/file`);
});

test("filetop: a deep path", async () => {
  const folder = path.join(scratch(), ...Array.from({ length: 40 }, (_, i) => `${i}`));
  mkdirSync(folder, { recursive: true });
  const { window, result } = await observe(file, () => calls("write", `${folder}/file`, SIZE, 2));
  rowFor(window, result.pid, `${folder}/file`);
});

test("filetop: mounts, bind mounts and other roots, as the process sees them", async () => {
  const folder = scratch();
  const [tmpfs, bind] = [`${folder}/tmpfs`, `${folder}/bind`];
  for (const name of [tmpfs, bind]) mkdirSync(name);
  execFileSync("mount", ["-t", "tmpfs", "none", tmpfs]);
  try {
    mkdirSync(`${tmpfs}/inside`);
    execFileSync("mount", ["--bind", `${tmpfs}/inside`, bind]);
    const chroot =
      "import os, sys; os.chroot(sys.argv[1]); os.write(os.open('/own', os.O_CREAT | os.O_WRONLY), b'seven b')";
    const { window, result } = await observe(file, async () => ({
      tmpfs: await calls("write", `${tmpfs}/file`, SIZE, 2),
      bind: await calls("write", `${bind}/file`, SIZE, 2),
      chroot: await run("python3", ["-c", chroot, bind]),
    }));
    rowFor(window, result.tmpfs.pid, `${tmpfs}/file`);
    rowFor(window, result.bind.pid, `${bind}/file`);
    assert.deepEqual(counts(rowFor(window, result.chroot.pid, "/own")), [0, 0, 1, 7, 0]);
  } finally {
    spawnSync("umount", [bind]);
    execFileSync("umount", [tmpfs]);
  }
});

test("filetop: two processes on one file", async () => {
  const name = fileOf(TOTAL);
  const { window, result } = await observe(file, () =>
    Promise.all([calls("pread", name, SIZE, 23), calls("pwrite", name, 100, 42)]),
  );
  assert.deepEqual(counts(rowFor(window, result[0].pid, name)), [23, TOTAL, 0, 0, 0]);
  assert.deepEqual(counts(rowFor(window, result[1].pid, name)), [0, 0, 42, 4200, 0]);
});

test("filetop: 2,000 files of one process", async () => {
  const folder = scratch();
  const { window, result } = await observe(file, () => calls("many", folder, 23, 2000));
  const uses = rowsOf(window, result.pid).filter((use) => use.path.startsWith(folder));
  assert.equal(new Set(uses.map((use) => use.path)).size, 2000);
  assert.ok(uses.every((use) => use.writes === 1 && use.writeBytes === 23));
  assert.equal(window.lost, 0);
});

test("filetop: more files than the table holds are counted as lost", async () => {
  const folder = scratch();
  const { window, result } = await observe(file, () => calls("many", folder, 23, 17_000));
  const uses = rowsOf(window, result.pid).filter((use) => use.path.startsWith(folder));
  assert.ok(uses.length >= 10_240, `${uses.length} files are kept`);
  assert.ok(uses.length + window.lost >= 17_000, `${uses.length} kept and ${window.lost} lost make all`);
});

test("filetop: files that are no longer used make room; the sum over all intervals is exact", async () => {
  await file.attach();
  try {
    let last = file.read();
    let writes = 0;
    for (let round = 0; round < 11; round++) {
      const folder = scratch();
      await calls("many", folder, 23, 2000);
      await sleep(400);
      const next = file.read();
      const window = windowOf(last, next);
      assert.ok(window);
      for (const row of filetop.rows(window)) if (row.path.startsWith(folder)) writes += row.writes;
      last = next;
    }
    assert.equal(writes, 22_000);
    assert.equal(last.lost, 0);
  } finally {
    file.detach();
  }
});

test("filetop: block devices", async () => {
  const disk = fileOf(1 << 20);
  const device = execFileSync("losetup", ["--find", "--show", disk]).toString().trim();
  after(() => execFileSync("losetup", ["--detach", device]));
  const { window, result } = await observe(file, () => calls("pread", device, 4096, 23));
  const use = rowFor(window, result.pid, device);
  assert.equal(use.type, "block");
  assert.deepEqual(counts(use), [23, 23 * 4096, 0, 0, 0]);
});

test("filetop: a failing write is an error of its file", async () => {
  const name = fileOf(0);
  const { window, result } = await observe(file, () =>
    run("sh", ["-c", 'trap "" XFSZ; ulimit -f 0; printf x >"$0" || true', name]),
  );
  assert.deepEqual(counts(rowFor(window, result.pid, name)), [0, 0, 0, 0, 1]);
});

/** fio's own totals of a job. */
interface FioJob {
  readonly read: { readonly total_ios: number; readonly io_bytes: number };
  readonly write: { readonly total_ios: number; readonly io_bytes: number };
}

for (const engine of ["psync", "pvsync2", "libaio", "io_uring"]) {
  const depth = /aio|uring/.test(engine) ? ["--iodepth=8"] : [];
  test(`filetop: four jobs of fio with ${engine}, as fio counts them`, async () => {
    const name = fileOf(16 << 20);
    const { window, result } = await observe(file, () =>
      run("fio", [
        ...["--name=mixed", `--filename=${name}`, "--rw=randrw", "--bs=4k", `--ioengine=${engine}`],
        ...[
          "--numjobs=4",
          "--number_ios=2000",
          "--size=16m",
          "--output-format=json",
          "--randseed=23",
          "--fallocate=none",
          ...depth,
        ],
      ]),
    );
    const jobs: readonly FioJob[] = JSON.parse(result.stdout).jobs;
    const total = (of: (job: FioJob) => number) => jobs.reduce((sum, job) => sum + of(job), 0);
    const uses = filetop.rows(window).filter((use) => use.path === name);
    if (engine === "io_uring" && (await isUnseen(file, engine))) {
      assert.deepEqual(uses, []);
      return;
    }
    const sum = (of: (use: FileUse) => number) => uses.reduce((all, use) => all + of(use), 0);
    assert.equal(
      sum((use) => use.reads),
      total((job) => job.read.total_ios),
    );
    assert.equal(
      sum((use) => use.writes),
      total((job) => job.write.total_ios),
    );
    assert.equal(
      sum((use) => use.readBytes),
      total((job) => job.read.io_bytes),
    );
    assert.equal(
      sum((use) => use.writeBytes),
      total((job) => job.write.io_bytes),
    );
    assert.ok(uses.length === 4 && uses.every((use) => use.comm === "fio"));
    assert.equal(window.lost, 0);
  });
}

test("filetop: the files of /proc count together", async () => {
  const { window, result } = await observe(file, () =>
    run("dd", ["if=/proc/self/status", "of=/dev/null", "bs=100", "count=3", "status=none"]),
  );
  assert.deepEqual(counts(rowFor(window, result.pid, "/proc")), [3, 300, 0, 0, 0]);
});

test("filetop: a pipe is no file", async () => {
  const name = fileOf(TOTAL);
  const { window, result } = await observe(file, () => calls("read", name, SIZE, 23));
  assert.equal(result.stdout, `open\n${TOTAL}\n`);
  assert.deepEqual(
    rowsOf(window, result.pid).filter((use) => use.writes > 0),
    [],
  );
});
