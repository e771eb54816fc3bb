/** The words that JSON Schemas are made of here. Pure. */
import type { Json } from "./jsonLine.ts";

export type Schema = { readonly [key: string]: Json };
export type Properties = Readonly<Record<string, Schema>>;

export const described = (schema: Schema, description: string): Schema => ({ ...schema, description });
export const nullable = (...schemas: readonly Schema[]): Schema => ({ anyOf: [...schemas, { type: "null" }] });
export const list = (items: Schema): Schema => ({ type: "array", items });
/** Every key is always there: what was not measured is null. */
export const object = (properties: Properties): Schema => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

export const text: Schema = { type: "string" };
export const counted: Schema = { type: "integer", minimum: 0 };
