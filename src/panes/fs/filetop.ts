import type { FileData, FileUse } from "../../sources/fs/file.ts";
import { processKey } from "../../sources/process.ts";
import { deltaBy } from "../kit/delta.ts";
import { type Column, tablePane } from "../pane.ts";

const COUNTERS = ["reads", "writes", "readBytes", "writeBytes", "errors"] as const;

const keyOf = (row: FileUse) => `${processKey(row)} ${row.device} ${row.inode} ${row.generation}`;

const columns: readonly Column<FileUse>[] = [
  {
    id: "reads",
    heading: "READS",
    unit: "operations",
    perSecond: true,
    help: "Calls that read, also those that found the end of the file",
    get: (row) => row.reads,
  },
  {
    id: "writes",
    heading: "WRITES",
    unit: "operations",
    perSecond: true,
    help: "Calls that wrote",
    get: (row) => row.writes,
  },
  {
    id: "readBytes",
    heading: "READ",
    unit: "bytes",
    perSecond: true,
    help: "Bytes read, from the disk or the page cache",
    get: (row) => row.readBytes,
    priority: 0,
  },
  {
    id: "writeBytes",
    heading: "WRITTEN",
    unit: "bytes",
    perSecond: true,
    help: "Bytes written, to the page cache or the disk",
    get: (row) => row.writeBytes,
    priority: 0,
  },
  {
    id: "totalBytes",
    heading: "TOTAL",
    unit: "bytes",
    perSecond: true,
    help: "Bytes read and written",
    get: (row) => row.readBytes + row.writeBytes,
    hidden: true,
  },
  {
    id: "errors",
    heading: "ERRORS",
    unit: "count",
    help: 'Calls that failed, signals and "try again" aside',
    get: (row) => row.errors,
    hot: (errors) => errors > 0,
    priority: 3,
  },
  {
    id: "type",
    heading: "TYPE",
    unit: "text",
    help: "Regular file or block device",
    get: (row) => row.type,
    priority: 2,
  },
  {
    id: "device",
    heading: "DEVICE",
    unit: "text",
    help: "Device number of the file system that holds it",
    get: (row) => row.device,
    hidden: true,
  },
  {
    id: "inode",
    heading: "INODE",
    unit: "text",
    help: "Inode number, unique on its device",
    get: (row) => row.inode,
    hidden: true,
  },
  {
    id: "path",
    heading: "FILE",
    unit: "text",
    help: "The file, as the process sees it from its root directory",
    get: (row) => row.path,
    grow: true,
    priority: 0,
  },
];

export const filetop = tablePane<FileData, FileUse>({
  name: "filetop",
  question: "Which files are read and written, by whom?",
  resource: "filesystem",
  source: "file",
  rows: ({ newer, older }) => deltaBy(newer.files, older.files, keyOf, COUNTERS),
  rowKey: keyOf,
  process: (row) => row,
  columns,
  sort: { column: "totalBytes", descending: true },
});
