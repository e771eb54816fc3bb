import assert from "node:assert/strict";
import { test } from "node:test";
import { retransmitAccount } from "../../src/sources/net/retransmits.ts";

const counted = (connection: string, retransmits: number) => ({ connection, retransmits });
const owner = (key: string, connection: string, lastNs: number) => ({ key, connection, lastNs });

test("retransmits go to the process that used the connection last, and stay with it", () => {
  const account = retransmitAccount();
  const [parent, child] = [owner("parent", "a", 1), owner("child", "a", 2)];
  assert.deepEqual([...account([counted("a", 3)], [parent, child])], [["child", 3]]);
  assert.deepEqual(
    [...account([counted("a", 5)], [owner("parent", "a", 9), child])],
    [
      ["child", 3],
      ["parent", 2],
    ],
  );
});

test("retransmits before any process was seen belong to the connection, also when one comes later", () => {
  const account = retransmitAccount();
  assert.deepEqual([...account([counted("a", 1)], [])], [["a", 1]]);
  assert.deepEqual(
    [...account([counted("a", 3)], [owner("client", "a", 1)])],
    [
      ["a", 1],
      ["client", 2],
    ],
  );
});

test("a connection that the kernel's table let go of begins again; its process keeps what it had", () => {
  const account = retransmitAccount();
  const client = owner("client", "a", 1);
  account([counted("a", 5)], [client]);
  assert.deepEqual([...account([], [client])], [["client", 5]]);
  assert.deepEqual([...account([counted("a", 2)], [client])], [["client", 7]]);
  assert.deepEqual([...account([counted("a", 2)], [])], [], "a process that is gone is forgotten");
});
