/** Hash and crypto functions. */
import type { KeyObject } from 'node:crypto';
import { constants, createHash, createPrivateKey, privateDecrypt } from 'node:crypto';
import type { Datum } from '../values/datum.ts';
import { failure, overLimit, string, unknown } from '../values/datum.ts';
import type { Scope } from '../scope.ts';
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
  rsadecrypt: { parameters: ['string', 'string'], run: ([text, key], scope) => rsaDecrypt(textOf(text), textOf(key), scope) },
  sha1: hashed('sha1', 'hex'),
  sha256: hashed('sha256', 'hex'),
  sha512: hashed('sha512', 'hex'),
  uuidv5: { parameters: ['string', 'string'], run: ([namespace, name]) => uuid(textOf(namespace), textOf(name)) },
};

const UUID = /^(?:[0-9a-f]{32}|\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?)$/iu;

/** RFC 4122, version 5. */
function uuid(namespace: string, name: string) {
  const given = NAMESPACES.get(namespace) ?? namespace;
  const id = given.replace(/^\{(.+)\}$/u, '$1').replaceAll('-', '');
  if (!UUID.test(given)) return failure('this is no namespace of identifiers');
  const bytes = createHash('sha1').update(Buffer.from(id, 'hex')).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return string(bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-'));
}

const MAX_KEY_BITS = 8_192;
/** Decrypting with the largest key takes as long as so many steps. */
const RSA_STEPS = 50_000;

/** A text that was encrypted with PKCS #1 v1.5. The padding is checked here, since OpenSSL answers a wrong one with noise. */
function rsaDecrypt(text: string, pem: string, scope: Scope): Datum {
  if (pem.includes('BEGIN OPENSSH')) return unknown('private keys in the format of OpenSSH are not read here');
  const over = scope.names.limits.spend(RSA_STEPS);
  if (over !== undefined) return over;
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    return failure('this is no private key, or one with a password');
  }
  const bits = key.asymmetricKeyType === 'rsa' ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : 0;
  if (bits === 0) return failure('this is no RSA key');
  if (bits > MAX_KEY_BITS) return overLimit(`a key of ${bits} bits is over the limit of ${MAX_KEY_BITS}`);
  try {
    const block = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, Buffer.from(text, 'base64'));
    const end = block.indexOf(0, 2);
    if (block[0] !== 0 || block[1] !== 2 || end < 10) return failure('the text was not encrypted for this key');
    return string(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(block.subarray(end + 1)));
  } catch {
    return failure('the text was not encrypted for this key');
  }
}
