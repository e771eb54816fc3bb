import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { demangle } from "../../src/sources/bpf/demangle.ts";
import { demangleRustV0 } from "../../src/sources/symbols/rustV0.ts";

/** Symbols of rustc 1.95 and of a program of our own, and what binutils' c++filt calls them, hashes and types of constants left out. */
const fixture = readFileSync(path.join(import.meta.dirname, "../fixtures/symbols/rust-v0.tsv"), "utf8");
const KNOWN = fixture
  .trimEnd()
  .split("\n")
  .map((line) => line.split("\t") as [string, string]);

test("symbols that rustc wrote have the names that binutils gives them", () => {
  assert.ok(KNOWN.length > 100);
  for (const [mangled, name] of KNOWN) assert.equal(demangleRustV0(mangled), name);
});

test("what the specification has beyond that", () => {
  const cases = {
    _RNqCs4fqI2P2rA04_11utf8_identsu30____7hkackfecea1cbdathfdh9hlq6y: "utf8_idents::საჭმელად_გემრიელი_სადილი",
    _RNCNCNgCs6DXkGYLi8lr_2cc5spawn00B5_: "cc::spawn::{closure#0}::{closure#0}",
    _RINbNbCskIICzLVDPPb_5alloc5alloc8box_freeDINbNiB4_5boxed5FnBoxuEp6OutputuEL_ECs1iopQbuBiw2_3std:
      "alloc::alloc::box_free::<dyn alloc::boxed::FnBox<(), Output = ()>>",
    _RMC0INtC8arrayvec8ArrayVechKj7b_E: "<arrayvec::ArrayVec<u8, 123>>",
    _RMC0INtC9somecrate4TypeKVNtINtNtC4core6option6OptionjE4NoneUE:
      "<somecrate::Type<{core::option::Option::<usize>::None}>>",
    _RMC0INtC9somecrate4TypeKRe616263_E: '<somecrate::Type<"abc">>',
    _RMC0INtC9somecrate4TypeKRAh1_h2_EE: "<somecrate::Type<{&[1, 2]}>>",
    _RMC0INtC9somecrate4TypeKln5_Kb0_Kc41_E: "<somecrate::Type<-5, false, 'A'>>",
    "_RNvC4demo4main.llvm.1234567": "demo::main",
    "_RNvC4demo4main.cold": "demo::main.cold",
  };
  for (const [mangled, name] of Object.entries(cases)) assert.equal(demangleRustV0(mangled), name);
});

test("what is no such name stays what it is, and a hostile one takes neither time nor memory", () => {
  for (const text of [
    "",
    "_R",
    "_Rx",
    "_RNvC4demo4mai",
    "_RNvC4demo",
    "_RB_",
    "_RNvB_4main",
    "_RNvC999999999x",
    "_ZN3fooE",
  ])
    assert.equal(demangleRustV0(text), undefined, text);
  // Each level says what stands before it twice.
  let doubling = "_RMC0T";
  for (let i = 0; i < 60; i++) doubling += `TB${i === 0 ? "4" : "4"}_B4_E`;
  const began = performance.now();
  demangleRustV0(`${doubling}E`);
  demangleRustV0(`_RMC0${"S".repeat(100_000)}u`);
  demangleRustV0(`_RM${"INtC1a1b".repeat(20_000)}`);
  assert.ok(performance.now() - began < 1000);
});

test("every symbol with a letter changed or its end cut off gives a name or none, and never throws", () => {
  for (const [mangled] of KNOWN.slice(0, 60)) {
    for (let i = 2; i < mangled.length; i += 3) {
      demangleRustV0(mangled.slice(0, i));
      demangleRustV0(`${mangled.slice(0, i)}B${mangled.slice(i + 1)}`);
    }
  }
});

test("names of C++ and of both kinds of Rust come out readable; what is none of them stays", () => {
  assert.equal(demangle("_RNvNtC4demo6ledger7balance"), "demo::ledger::balance");
  assert.equal(demangle("_ZN4demo6ledger7balance17h0123456789abcdefE"), "demo::ledger::balance");
  assert.equal(demangle("_ZN3foo3barEi"), "foo::bar(int)");
  assert.equal(demangle("main"), "main");
});
