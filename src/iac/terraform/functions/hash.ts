import { createHash } from 'node:crypto';
import { failure, string } from '../values/datum.ts';
import type { FunctionDefinition, FunctionTable } from './define.ts';
import { textOf } from './define.ts';

function hashed(algorithm: string, encoding: 'hex' | 'base64'): FunctionDefinition {
  return { parameters: ['string'], run: ([text]) => string(createHash(algorithm).update(textOf(text)).digest(encoding)) };
}

const NAMESPACES: ReadonlyMap<string, string> = new Map([
  ['dns', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'],
  ['url', '6ba7b811-9dad-11d1-80b4-00c04fd430c8'],
  ['oid', '6ba7b812-9dad-11d1-80b4-00c04fd430c8'],
  ['x500', '6ba7b814-9dad-11d1-80b4-00c04fd430c8'],
]);

export const hashFunctions: FunctionTable = {
  base64sha256: hashed('sha256', 'base64'),
  base64sha512: hashed('sha512', 'base64'),
  md5: hashed('md5', 'hex'),
  sha1: hashed('sha1', 'hex'),
  sha256: hashed('sha256', 'hex'),
  sha512: hashed('sha512', 'hex'),
  uuidv5: { parameters: ['string', 'string'], run: ([namespace, name]) => uuid(textOf(namespace), textOf(name)) },
};

/** RFC 4122, version 5. */
function uuid(namespace: string, name: string) {
  const id = (NAMESPACES.get(namespace) ?? namespace).replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/iu.test(id)) return failure('this is no namespace of identifiers');
  const bytes = createHash('sha1').update(Buffer.from(id, 'hex')).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return string(bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-'));
}
