/** Filesystem functions: inside the workspace only, by the reader that was handed in. */
import { createHash } from 'node:crypto';
import { basename, dirname, join, normalize, relative } from 'node:path/posix';
import type { Unread } from '../../root.ts';
import type { Datum } from '../values/datum.ts';
import { bool, failure, NULL, overLimit, string, unknown } from '../values/datum.ts';
import { toSet } from '../values/type.ts';
import type { Scope } from '../scope.ts';
import type { FunctionDefinition, FunctionTable } from './define.ts';
import { textOf } from './define.ts';
import { fixedFolder, globMatcher } from './glob.ts';
import { renderFile } from './template.ts';

export const fileFunctions: FunctionTable = {
  abspath: { parameters: ['string'], run: ([path]) => absolute(textOf(path)) },
  basename: { parameters: ['string'], run: ([path]) => string(goBasename(textOf(path))) },
  dirname: { parameters: ['string'], run: ([path]) => string(goDirname(textOf(path))) },
  file: { parameters: ['string'], run: ([path], scope) => readText(textOf(path), scope) },
  filebase64: encoded((bytes) => Buffer.from(bytes).toString('base64')),
  filebase64sha256: hashed('sha256', 'base64'),
  filebase64sha512: hashed('sha512', 'base64'),
  fileexists: { parameters: ['string'], run: ([path], scope) => exists(textOf(path), scope) },
  filemd5: hashed('md5', 'hex'),
  fileset: { parameters: ['string', 'string'], run: ([folder, pattern], scope) => fileSet(textOf(folder), textOf(pattern), scope) },
  filesha1: hashed('sha1', 'hex'),
  filesha256: hashed('sha256', 'hex'),
  filesha512: hashed('sha512', 'hex'),
  pathexpand: { parameters: ['string'], run: ([path]) => expand(textOf(path)) },
  templatefile: {
    parameters: ['string', 'raw'],
    run: ([path, values = NULL], scope) => {
      const text = readText(textOf(path), scope);
      return text.kind === 'string' ? renderFile({ path: pathOf(textOf(path), scope) ?? '', text: text.value }, values, scope) : text;
    },
  },
};

function encoded(encode: (bytes: Uint8Array) => string): FunctionDefinition {
  return {
    parameters: ['string'],
    run: ([path], scope) => {
      const bytes = readBytes(textOf(path), scope);
      return bytes instanceof Uint8Array ? string(encode(bytes)) : bytes;
    },
  };
}

function hashed(algorithm: string, encoding: 'hex' | 'base64'): FunctionDefinition {
  return encoded((bytes) => createHash(algorithm).update(bytes).digest(encoding));
}

function absolute(path: string): Datum {
  return path.startsWith('/') ? string(withoutEnd(normalize(path))) : unknown(`where ${path} lies is known only when Terraform runs`);
}

function expand(path: string): Datum {
  return path.startsWith('~') ? unknown(`the home folder in ${path} is known only when Terraform runs`) : string(path);
}

/** Slashes at the end do not count, but of a path that has nothing else. */
function goBasename(path: string): string {
  return path === '' ? '.' : basename(path) || '/';
}

/** A trailing slash counts as the end of a folder's path. */
function goDirname(path: string): string {
  return path.endsWith('/') ? withoutEnd(normalize(path)) : normalize(dirname(path));
}

function withoutEnd(path: string): string {
  return path.replace(/(?<=.)\/$/u, '');
}

/** Relative to the audited root; undefined outside of it. */
function pathOf(path: string, scope: Scope): string | undefined {
  if (path.startsWith('/') || path.startsWith('~')) return undefined;
  const joined = join(scope.names.files.folder, path);
  return joined === '..' || joined.startsWith('../') ? undefined : joined;
}

function outside(path: string): Datum {
  return unknown(`the file ${path} is outside this repository`);
}

/** A file that is there and cannot be read here is unknown, not an error. */
function readText(path: string, scope: Scope): Datum {
  const inside = pathOf(path, scope);
  if (inside === undefined) return outside(path);
  const answer = scope.names.files.reader.read(inside);
  if (!('failure' in answer)) return scope.names.limits.spendText(answer.text.length) ?? string(answer.text);
  return answer.bytes === undefined ? notRead(path, answer) : failure(`the file ${path} is not UTF-8`);
}

function readBytes(path: string, scope: Scope): Uint8Array | Datum {
  const inside = pathOf(path, scope);
  if (inside === undefined) return outside(path);
  const answer = scope.names.files.reader.read(inside);
  const bytes = 'failure' in answer ? answer.bytes : Buffer.from(answer.text);
  if (bytes !== undefined) return scope.names.limits.spendText(bytes.length) ?? bytes;
  return 'failure' in answer ? notRead(path, answer) : outside(path);
}

function notRead(path: string, { failure: why, missing }: Unread): Datum {
  // It may be made before Terraform runs.
  return missing === true
    ? { ...failure(`the file ${path} does not exist`), doubtful: true }
    : unknown(`the file ${path} is not read: ${why}`);
}

function exists(path: string, scope: Scope): Datum {
  const inside = pathOf(path, scope);
  if (inside === undefined) return outside(path);
  const answer = scope.names.files.reader.read(inside);
  if (!('failure' in answer) || answer.bytes !== undefined) return bool(true);
  return answer.missing === true ? bool(false) : notRead(path, answer);
}

/** A list of so many files may have been cut. */
const MAX_LISTED = 20_000;

function fileSet(folder: string, pattern: string, scope: Scope): Datum {
  const base = pathOf(folder, scope);
  const joined = pathOf(`${folder}/${pattern}`, scope);
  if (base === undefined || joined === undefined) return outside(`${folder}/${pattern}`);
  const matches = globMatcher(joined);
  if (matches === undefined) return failure(`${pattern} is no pattern of paths`);
  const below = fixedFolder(joined);
  const listed = scope.names.files.reader.list(below);
  if (listed.length >= MAX_LISTED) return overLimit(`a folder of ${listed.length} files is over the limit`);
  const over = scope.names.limits.spend(listed.length);
  return over ?? toSet(listed.filter((path) => matches(path)).map((path) => string(relative(base, path))));
}
