/** Reads and writes of files by process, from the ends of system calls and io_uring's requests (`bpf/fs/file.bpf.c`). */
import type { KernelFacts } from "../bpf/kernelFacts.ts";
import { type Entry, unlessSame } from "../bpf/maps.ts";
import { isPreemptedAtTracepoints } from "../bpf/preempted.ts";
import { bpfSource } from "../bpf/source.ts";
import * as layout from "../gen/fs/file.ts";
import type { ProcessId } from "../process.ts";
import { deviceText, fileType, inodeText, pathText } from "./path.ts";

export interface FileData {
  readonly files: readonly FileUse[];
}

/** One process on one file; cumulative since attach. */
export interface FileUse extends ProcessId {
  /**
   * As the process sees it from its root directory, so in a container the container's own; read at its first use and
   * again with a use a second later or more. ` (deleted)` where it has no name any more, `…/` where only its end had room.
   */
  readonly path: string;
  readonly type: "regular" | "block";
  /** Of the file system that holds it, `major:minor`. */
  readonly device: string;
  /** Decimal: it may be beyond what a number holds exactly. 0 for all files of /proc together. */
  readonly inode: string;
  /** Tells a new file from a deleted one that had the same inode number; 0 where the file system doesn't say. */
  readonly generation: number;
  /** Calls that read, among them those that found the end of the file. */
  readonly reads: number;
  readonly writes: number;
  readonly readBytes: number;
  readonly writeBytes: number;
  /** Calls that failed, signals and "try again" aside. */
  readonly errors: number;
}

/** Typed pointers all the way (6.2). */
const hasCast = (facts: KernelFacts) => facts.kernelFunction("bpf_rdonly_cast") !== undefined;

/** Before 5.18 the completion of a request did not say which it was. */
const knowsRequest = (facts: KernelFacts) => facts.tracepoint("io_uring_complete")?.[1] === "void *";

export const file = bpfSource<FileData>({
  id: "file",
  object: "fs/file",
  layout,
  plan: [
    {
      gives: "reads and writes of files",
      rungs: [
        {
          kind: "tracepoint",
          hooks: ["raw_syscalls:sys_exit"],
          programs: ["exit_tp"],
          usable: isPreemptedAtTracepoints,
        },
        { kind: "tp_btf", hooks: ["sys_exit"], programs: ["exit_cast"], usable: hasCast },
        { kind: "tp_btf", hooks: ["sys_exit"], programs: ["exit_btf"] },
        { kind: "raw_tp", hooks: ["sys_exit"], programs: ["exit_raw"] },
        { kind: "raw_tp", hooks: ["sys_exit"], programs: ["exit_without_loop_raw"] },
      ],
    },
    {
      gives: "reads and writes through io_uring",
      optional: true,
      unseenWithout: "I/O through io_uring: this kernel doesn't tell which file",
      rungs: [
        {
          kind: "tracepoint",
          hooks: ["io_uring:io_uring_complete"],
          programs: ["uring_complete_tp"],
          usable: (facts) => isPreemptedAtTracepoints(facts) && knowsRequest(facts),
        },
        {
          kind: "tp_btf",
          hooks: ["io_uring_complete"],
          programs: ["uring_complete_cast"],
          usable: (facts) => hasCast(facts) && knowsRequest(facts),
        },
        { kind: "tp_btf", hooks: ["io_uring_complete"], programs: ["uring_complete_btf"], usable: knowsRequest },
        { kind: "raw_tp", hooks: ["io_uring_complete"], programs: ["uring_complete_raw"], usable: knowsRequest },
      ],
    },
  ],
  unseen: [
    "which files of /proc: they count together, as /proc",
    "files mapped into memory (mmap)",
    "native asynchronous I/O (libaio) whose results are taken without a system call",
    "32-bit programs",
    "what the kernel reads and writes by itself: program starts, swap, loop devices, NFS server",
  ],
  processes: (data) => data.files,
  open(maps) {
    const files = maps.hash("files", layout.file_key, layout.file_use);
    const useOf = unlessSame(
      ({ key, value }: Entry<layout.file_key, layout.file_use>): FileUse => ({
        pid: key.process.pid,
        startMs: key.process.start_ms,
        comm: value.comm,
        path: pathText(value.path, value.path_flags),
        type: fileType(value.mode),
        device: deviceText(key.dev),
        inode: inodeText(key.inode_low, key.inode_high),
        generation: key.generation,
        reads: value.reads,
        writes: value.writes,
        readBytes: value.read_bytes,
        writeBytes: value.write_bytes,
        errors: value.errors,
      }),
    );
    return () => ({ files: files.entries().map(useOf) });
  },
});
