/** Functions that read files: inside the workspace only, by the reader that was handed in. */
import { basename, dirname, join } from 'node:path/posix';
import { createHash } from 'node:crypto';
import { SourceText } from '../../../domain/source.ts';
import type { TemplatePart } from '../syntax/ast.ts';
import type { Datum } from '../values/datum.ts';
import { failure, isFailure, NULL, string, unknown } from '../values/datum.ts';
import { evaluateTemplate } from '../evaluate-template.ts';
import { parseHcl } from '../syntax/parser.ts';
import type { Frame, Scope } from '../scope.ts';
import type { FunctionDefinition, FunctionTable } from './define.ts';
import { textOf } from './define.ts';

function reading(use: (text: string, path: string) => Datum): FunctionDefinition {
  return {
    parameters: ['string'],
    run: ([path], scope) => {
      const text = read(textOf(path), scope);
      return typeof text === 'string' ? use(text, textOf(path)) : text;
    },
  };
}

export const fileFunctions: FunctionTable = {
  basename: { parameters: ['string'], run: ([path]) => string(basename(textOf(path)) || '.') },
  dirname: { parameters: ['string'], run: ([path]) => string(goDirname(textOf(path))) },
  file: reading((text) => string(text)),
  filebase64: reading((text) => string(Buffer.from(text).toString('base64'))),
  filemd5: hashed('md5', 'hex'),
  filesha1: hashed('sha1', 'hex'),
  filesha256: hashed('sha256', 'hex'),
  filesha512: hashed('sha512', 'hex'),
  filebase64sha256: hashed('sha256', 'base64'),
  filebase64sha512: hashed('sha512', 'base64'),
  templatefile: { parameters: ['string', 'raw'], run: ([path, values = NULL], scope) => templateFile(textOf(path), values, scope) },
};

function hashed(algorithm: string, encoding: 'hex' | 'base64'): FunctionDefinition {
  return reading((text) => string(createHash(algorithm).update(text).digest(encoding)));
}

/** A trailing slash counts as the end of a folder's path. */
function goDirname(path: string): string {
  return path.endsWith('/') ? join(path).replace(/(?<=.)\/$/u, '') : dirname(path);
}

function pathOf(path: string, scope: Scope): string | undefined {
  if (path.startsWith('/') || path.startsWith('~')) return undefined;
  const joined = join(scope.names.files.folder, path);
  return joined === '..' || joined.startsWith('../') ? undefined : joined;
}

/** A file that cannot be read is unknown, not an error: the path may exist where Terraform runs. */
function read(path: string, scope: Scope): string | Datum {
  const inside = pathOf(path, scope);
  if (inside === undefined) return unknown(`the file ${path} is outside this repository`);
  const answer = scope.names.files.reader.read(inside);
  if ('failure' in answer) return unknown(`the file ${path} is not read: ${answer.failure}`);
  return scope.names.limits.spendText(answer.text.length) ?? answer.text;
}

/** Deeper than this, a template is taken to include itself. */
const MAX_TEMPLATES = 10;

function templateFile(path: string, values: Datum, scope: Scope): Datum {
  if (values.kind === 'unknown') return values;
  if (values.kind !== 'mapping') return failure('templatefile() needs a map of values');
  const text = read(path, scope);
  if (typeof text !== 'string') return text;
  let depth = 0;
  for (let { frame } = scope; frame !== undefined; frame = frame.outer) if (frame.name === TEMPLATE) depth += 1;
  if (depth >= MAX_TEMPLATES) return unknown('templates include each other too deeply');
  const source = new SourceText(pathOf(path, scope) ?? path, text);
  const parts = parseTemplate(text);
  if (parts === undefined) return failure(`${path} is no valid template`);
  let frame: Frame = { name: TEMPLATE, value: NULL, outer: undefined };
  for (const [name, value] of values.entries) frame = { name, value, outer: frame };
  const names = {
    ...scope.names,
    limits: scope.names.limits,
    files: scope.names.files,
    evaluate: scope.names.evaluate,
    resolve: (name: string) => ({ datum: failure(`the template ${path} has no value for ${name}`), taken: 0 }),
  };
  const result = evaluateTemplate(parts, { source, names, frame });
  // Its parts stand in another file, which is no place to point at from here.
  return isFailure(result) ? result : { ...result, place: undefined, ...('pieces' in result ? { pieces: undefined } : {}) };
}

/** No name of the language. */
const TEMPLATE = '(template)';

/** A template stands alone in its file; the parser takes it as a heredoc, whose last line break is not the template's. */
function parseTemplate(text: string): readonly TemplatePart[] | undefined {
  let marker = 'END';
  while (text.includes(marker)) marker += '_';
  const terminated = text.endsWith('\n');
  const { body, errors } = parseHcl(`x = <<${marker}\n${text}${terminated ? '' : '\n'}${marker}\n`);
  const [item] = body.items;
  if (errors.length > 0 || item?.kind !== 'attribute' || item.value.kind !== 'template') return undefined;
  if (terminated) return item.value.parts;
  const last = item.value.parts.at(-1);
  if (last?.kind !== 'text' || !last.value.endsWith('\n')) return item.value.parts;
  const trimmed = last.value.slice(0, -1);
  return [...item.value.parts.slice(0, -1), ...(trimmed === '' ? [] : [{ ...last, value: trimmed }])];
}
