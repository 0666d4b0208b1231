/** Reads YAML as Terraform's `yamldecode` does: YAML 1.1 words, merge keys, one document, no tags of its own. */
import type { Node, Scalar } from 'yaml';
import { Composer, isAlias, isMap, isScalar, isSeq, Parser } from 'yaml';
import type { Datum } from './datum.ts';
import { bool, failure, isFailure, mapping, MAX_DEPTH, MAX_ELEMENTS, NULL, number, overLimit, sequence, string, unknown } from './datum.ts';
import { fromInteger, parseNumber } from './number.ts';
import { yamlTime } from './time.ts';
import { toText } from './type.ts';

const MAX_CHARACTERS = 256 * 1024;
const TAG = 'tag:yaml.org,2002:';

/** The document's value; a failure says what is wrong with it. */
export function decodeYaml(text: string): Datum {
  if (text.length > MAX_CHARACTERS) return overLimit(`a YAML text of more than ${MAX_CHARACTERS} characters is over the limit`);
  if (isDeep(text)) return overLimit(`a value nested deeper than ${MAX_DEPTH} is over the limit`);
  const composer = new Composer({
    version: '1.1',
    schema: 'failsafe',
    merge: false,
    uniqueKeys: false,
    logLevel: 'silent',
    prettyErrors: false,
  });
  let documents;
  try {
    documents = [...composer.compose(new Parser().parse(text))];
  } catch {
    return overLimit('the YAML text is nested too deeply');
  }
  const [document, another] = documents;
  if (document === undefined) return failure('the text has no YAML document');
  if (another !== undefined) return failure('only one YAML document is allowed');
  const [error] = document.errors;
  if (error !== undefined) return failure('this is no YAML text');
  return document.contents === null ? NULL : new Reader().read(document.contents);
}

/** Flow collections within each other, or `- - -` and `? ? ?` in one line, by their first characters. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (character === 0x5b || character === 0x7b) depth += 1;
    else if (character === 0x5d || character === 0x7d) depth = Math.max(0, depth - 1);
    if (depth > MAX_DEPTH * 2) return true;
  }
  return /(?:[-?] +){100}/u.test(text);
}

class Reader {
  readonly #anchors = new Map<string, Datum>();
  #count = 0;

  read(node: Node): Datum {
    this.#count += 1;
    if (this.#count > MAX_ELEMENTS * 10) return overLimit(`a YAML text of more than ${MAX_ELEMENTS * 10} values is over the limit`);
    if (isAlias(node)) {
      return this.#anchors.get(node.source) ?? failure(`the anchor ${node.source} is not defined before it is used`);
    }
    const { anchor } = node;
    if (anchor !== undefined) this.#anchors.set(anchor, failure(`the anchor ${anchor} is used inside of what it names`));
    const value = this.#value(node);
    if (anchor !== undefined) this.#anchors.set(anchor, value);
    return value;
  }

  #value(node: Node): Datum {
    if (isScalar(node)) return scalar(node);
    if (isSeq<Node>(node)) {
      if (node.tag !== undefined && node.tag !== `${TAG}seq`) return failure(`a list cannot be read as ${node.tag}`);
      return sequence(
        'tuple',
        node.items.map((item) => this.read(item)),
      );
    }
    if (!isMap<Node, Node | null>(node)) return failure('this is no YAML text');
    if (node.tag !== undefined && node.tag !== `${TAG}map`) return failure(`a map cannot be read as ${node.tag}`);
    const entries = new Map<string, Datum>();
    for (const { key, value } of node.items) {
      const failed = this.#entry(key, value ?? null, entries);
      if (failed !== undefined) return failed;
    }
    return mapping('object', entries);
  }

  #entry(key: Node, node: Node | null, entries: Map<string, Datum>): Datum | undefined {
    if (!isScalar(key)) return failure('only texts are allowed as keys');
    if (isMergeKey(key)) return this.#merge(node, entries);
    const name = scalar(key);
    const text = toText(name);
    if (text.kind !== 'string') return isFailure(text) ? text : failure('a key is null');
    if (key.anchor !== undefined) this.#anchors.set(key.anchor, name);
    const value = node === null ? NULL : this.read(node);
    if (value.kind === 'unknown' && value.limited === true) return value;
    entries.set(text.value, value);
    return undefined;
  }

  /** What is merged replaces what came before it, and is replaced by what comes after. */
  #merge(node: Node | null, entries: Map<string, Datum>): Datum | undefined {
    const value = node === null ? NULL : this.read(node);
    if (value.kind === 'unknown') return value;
    for (const each of value.kind === 'sequence' ? value.items : [value]) {
      if (each.kind !== 'mapping') return failure('only maps can be merged');
      for (const [name, item] of each.entries) entries.set(name, item);
    }
    return undefined;
  }
}

function isMergeKey(key: Scalar): boolean {
  return key.tag === `${TAG}merge` || (key.value === '<<' && key.type === 'PLAIN' && key.tag === undefined);
}

/** Words of YAML 1.1. */
const WORDS: ReadonlyMap<string, Datum> = new Map(
  (
    [
      ['y Y yes Yes YES true True TRUE on On ON', bool(true)],
      ['n N no No NO false False FALSE off Off OFF', bool(false)],
      ['~ null Null NULL', NULL],
      ['.inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF', unknown('the number is not finite')],
      ['.nan .NaN .NAN', failure('NaN is no number of the language')],
    ] satisfies [string, Datum][]
  ).flatMap(([words, value]) => words.split(' ').map((word): [string, Datum] => [word, value])),
);

function scalar(node: Scalar): Datum {
  const text = typeof node.value === 'string' ? node.value : '';
  const tag = node.tag?.startsWith(TAG) === true ? node.tag.slice(TAG.length) : node.tag;
  const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
  switch (tag) {
    case 'str':
      return string(text);
    case 'binary':
      return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u.test(text.replaceAll(/[\r\n]/gu, ''))
        ? string(text)
        : failure('this is no base64 text');
    case '!':
    case undefined:
      return quoted ? string(text) : plain(text);
    case 'bool':
      return tagged(text, quoted, 'bool');
    case 'int':
    case 'float':
      return tagged(text, quoted, 'number');
    case 'null':
      return quoted ? string(text) : NULL;
    case 'timestamp': {
      const time = yamlTime(text);
      return time === undefined ? failure('this is no YAML timestamp') : string(time);
    }
    default:
      return failure(`the tag ${tag} is not supported`);
  }
}

function tagged(text: string, quoted: boolean, kind: 'bool' | 'number'): Datum {
  if (quoted) return string(text);
  const value = plain(text);
  return value.kind === kind ? value : failure(`${text} is no ${kind}`);
}

const INTEGER = /^[-+]?(?:0o[0-7_]+|[0-9_]+|0x[0-9a-fA-F_]+)$/u;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/u;

/** What a text without quotes is; a block, too. */
function plain(text: string): Datum {
  if (text === '') return NULL;
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.\d]/u.test(text)) return text === '<<' ? unknown('a merge mark is no value') : string(text);
  const time = yamlTime(text);
  if (time !== undefined) return string(time);
  if (!INTEGER.test(text) && !FLOAT.test(text)) return string(text);
  const digits = text.replaceAll('_', '');
  const based = /^([-+]?)(0o|0x)(.+)$/u.exec(digits);
  if (based !== null) {
    const value = BigInt(`${based[2] ?? ''}${based[3] ?? ''}`);
    return value >= 2n ** 64n ? failure(`${text} is no number`) : number(fromInteger(based[1] === '-' ? -value : value));
  }
  const value = parseNumber(digits);
  return value === undefined ? failure(`${text} is no number`) : number(value);
}
