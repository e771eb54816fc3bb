import assert from "node:assert/strict";
import { test } from "node:test";
import { NoHookError } from "../../src/sources/bpf/attach.ts";
import { type Standing, explain } from "../../src/sources/bpf/obstacle.ts";
import { RefusedError } from "../../src/sources/bpf/object.ts";
import { SetupError } from "../../src/sources/bpf/setupError.ts";
import { RIGHTS, has, missingRights, parseHeld } from "../../src/sources/proc/rights.ts";

const EPERM = 1;
const ENOMEM = 12;
const EACCES = 13;
const EINVAL = 22;

const bits = (...names: readonly string[]) =>
  new Set(RIGHTS.filter(({ name }) => names.includes(name)).map(({ bit }) => bit));
const enough = bits("CAP_BPF", "CAP_PERFMON");
const root: Standing = { held: enough, lockdown: undefined, paranoid: 2, uid: 0 };
const noHook = (code: number) =>
  new NoHookError("finished I/O", [], new RefusedError("the kernel refused", -code, undefined), true);
const wantsModules = new NoHookError("I/O", [], new RefusedError("refused", -EINVAL, undefined, true), true);

for (const [name, error, standing, why, advice] of [
  ["a user without rights", noHook(EPERM), { ...root, held: bits(), uid: 1000 }, /CAP_BPF and CAP_PERFMON/, /sudo/],
  ["half of the rights", noHook(EPERM), { ...root, held: bits("CAP_BPF"), uid: 1000 }, /takes CAP_PERFMON,/, /sudo/],
  ["a root without rights", noHook(EPERM), { ...root, held: bits() }, /CAP_BPF/, /container/],
  ["all rights, but forbidden", noHook(EPERM), root, /refuses it to root, too \(EPERM\)/, /seccomp/],
  ["Debian's perf events", noHook(EACCES), { ...root, paranoid: 3 }, /perf_event_paranoid=3/, /perf_event_paranoid=2/],
  ["an old libbpf", wantsModules, { ...root, uid: 1000 }, /libbpf before 1\.3/, /newer libbpf/],
  ["lockdown", noHook(EINVAL), { ...root, lockdown: "confidentiality" }, /lockdown=confidentiality/, /boot with/],
  ["lockdown of the lesser kind", noHook(EINVAL), { ...root, lockdown: "integrity" }, /EINVAL/, /report/],
  ["no memory", noHook(ENOMEM), root, /ENOMEM/, /ulimit -l/],
  ["no BTF", new NoHookError("finished I/O", [], undefined, false), root, /no BTF/, /CONFIG_DEBUG_INFO_BTF/],
  ["no such hook", new NoHookError("finished I/O", [], undefined, true), root, /no hook for finished I\/O/, /go on/],
  ["no library", new SetupError("libbpf.so.1 is not installed", "install it"), root, /libbpf\.so\.1/, /install it/],
  ["a bug", new Error("the BPF object has no map x"), root, /no map x/, /doctor/],
] as const) {
  test(`what stands in the way, and what to do about it: ${name}`, () => {
    const failure = explain(error, standing);
    assert.match(failure.why, why);
    assert.match(failure.advice, advice);
  });
}

test("capabilities are read off a process's status; CAP_SYS_ADMIN stands for what was split off it", () => {
  assert.equal(parseHeld("Name:\tx\n"), undefined);
  assert.deepEqual(missingRights(parseHeld("CapEff:\t000000c000000000\n")), []);
  assert.deepEqual(
    missingRights(parseHeld("CapEff:\t0000008000000000\n")).map(({ name }) => name),
    ["CAP_PERFMON"],
  );
  const admin = parseHeld("CapEff:\t0000000000200000\n");
  assert.deepEqual(
    RIGHTS.filter((right) => !has(admin, right)).map(({ name }) => name),
    ["CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH", "CAP_SYS_RESOURCE", "CAP_DAC_OVERRIDE"],
  );
});
