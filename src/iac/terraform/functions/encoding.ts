/** Encoding functions. */
import { gunzipSync } from 'node:zlib';
import type { Datum } from '../values/datum.ts';
import {
  failure,
  isFailure,
  isWhole,
  mapping,
  MAX_TEXT,
  NULL,
  overLimit,
  sequence,
  string,
  unknown,
  unknownPart,
} from '../values/datum.ts';
import { parseCsv } from '../values/csv.ts';
import { encodeJson } from '../values/json-encode.ts';
import { documentIn, parseJson } from '../values/json-text.ts';
import { decodeYaml } from '../values/yaml-decode.ts';
import { encodeYaml } from '../values/yaml-encode.ts';
import { decodeCharacters, encodeCharacters } from '../values/character-sets.ts';
import { toText } from '../values/type.ts';
import type { Scope } from '../scope.ts';
import type { FunctionTable } from './define.ts';
import { textOf } from './define.ts';

export const encodingFunctions: FunctionTable = {
  base64encode: { parameters: ['raw'], run: ([text = NULL]) => base64Encode(text) },
  base64decode: { parameters: ['string'], run: ([text]) => base64Decode(textOf(text)) },
  base64gzip: { parameters: ['string'], run: () => unknown('the bytes of base64gzip() depend on what compresses them') },
  base64gunzip: { parameters: ['string'], run: ([text]) => gunzip(textOf(text)) },
  csvdecode: { parameters: ['string'], run: ([text]) => csvDecode(textOf(text)) },
  jsonencode: { parameters: ['raw'], run: ([value = NULL]) => jsonEncode(value) },
  jsondecode: { parameters: ['raw'], run: ([text = NULL]) => jsonDecode(text) },
  textdecodebase64: { parameters: ['string', 'string'], run: ([text, set]) => textDecode(textOf(text), textOf(set)) },
  textencodebase64: { parameters: ['string', 'string'], run: ([text, set]) => textEncode(textOf(text), textOf(set)) },
  urldecode: { parameters: ['string'], run: ([text]) => urlDecode(textOf(text)) },
  urlencode: { parameters: ['string'], run: ([text]) => string(urlEncode(textOf(text))) },
  yamldecode: { parameters: ['string'], run: ([text], scope) => yamlDecode(textOf(text), text?.place, scope) },
  yamlencode: { parameters: ['raw'], run: ([value = NULL]) => yamlEncode(value) },
};

/** Padded base64; line breaks in it do not count. */
function bytesOf(text: string): Buffer | undefined {
  const clean = text.replaceAll(/[\r\n]/gu, '');
  return clean.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/u.test(clean) ? Buffer.from(clean, 'base64') : undefined;
}

function utf8(bytes: Uint8Array): Datum {
  try {
    return string(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return failure('the decoded bytes are no UTF-8 text');
  }
}

/** Of a text that is known in parts, these parts stay known. */
function base64Encode(datum: Datum): Datum {
  const text = datum.kind === 'null' ? failure('an argument is null') : toText(datum);
  if (isFailure(text)) return failure(`base64encode(): ${text.reason}`);
  return text.kind === 'unknown' ? unknown(text.reason, { texts: text.texts }) : string(Buffer.from(textOf(text)).toString('base64'));
}

const NO_BASE64 = failure('this is no base64 text');

function base64Decode(text: string): Datum {
  const bytes = bytesOf(text);
  return bytes === undefined ? NO_BASE64 : utf8(bytes);
}

function gunzip(text: string): Datum {
  const bytes = bytesOf(text);
  if (bytes === undefined) return NO_BASE64;
  try {
    return utf8(gunzipSync(bytes, { maxOutputLength: MAX_TEXT }));
  } catch (error) {
    return error instanceof RangeError
      ? overLimit(`a text of more than ${MAX_TEXT} characters is over the limit`)
      : failure('the decoded bytes are not compressed with gzip');
  }
}

function textDecode(text: string, set: string): Datum {
  const bytes = bytesOf(text);
  if (bytes === undefined) return NO_BASE64;
  const decoded = decodeCharacters(bytes, set);
  return decoded === undefined ? unknown(`the character set ${set} is not read here`) : string(decoded);
}

function textEncode(text: string, set: string): Datum {
  const bytes = encodeCharacters(text, set);
  if (bytes === undefined) return unknown(`the character set ${set} is not written here`);
  return bytes === null ? failure(`the text has characters that ${set} does not have`) : string(Buffer.from(bytes).toString('base64'));
}

function csvDecode(text: string): Datum {
  const records = parseCsv(text);
  if (records === undefined) return failure('this is no CSV text');
  const [names, ...rows] = records;
  if (names === undefined) return failure('the CSV text has no line of column names');
  if (new Set(names).size < names.length) return failure('two columns of the CSV text have the same name');
  return sequence(
    'list',
    rows.map((row) => mapping('object', new Map(names.map((name, index) => [name.normalize('NFC'), string(row[index] ?? '')])))),
  );
}

/** The text remembers what it was made from, so that each part of the document keeps its place. */
function jsonEncode(value: Datum): Datum {
  if (isFailure(value)) return value;
  const text = isWhole(value) ? encodeJson(value) : undefined;
  if (text === undefined) return unknown(unknownPart(value)?.reason ?? 'a part of it is not known', { shape: value });
  const encoded = string(text);
  return encoded.kind === 'string' ? { ...encoded, shape: value } : encoded;
}

/** The part of a partly unknown text that is known is known again. */
function jsonDecode(text: Datum): Datum {
  if (text.kind === 'unknown') return text.shape ?? (text.pieces === undefined ? undefined : documentIn(text.pieces)) ?? text;
  if (text.kind === 'null') return failure('an argument is null');
  if (text.kind === 'number' || text.kind === 'bool') return text;
  if (text.kind !== 'string') return failure('jsondecode() needs a text');
  return parseJson(text.value, text.place) ?? failure('this is no JSON text');
}

function yamlEncode(value: Datum): Datum {
  if (isFailure(value)) return value;
  if (!isWhole(value)) return unknown(unknownPart(value)?.reason ?? 'a part of it is not known');
  const text = encodeYaml(value);
  return typeof text === 'string' ? string(text) : text;
}

/** Reading YAML takes about a microsecond for each character, as a step of evaluation does. */
function yamlDecode(text: string, place: Datum['place'], scope: Scope): Datum {
  const over = scope.names.limits.spend(text.length);
  if (over !== undefined) return over;
  const value = decodeYaml(text);
  return place === undefined ? value : everywhere(value, place);
}

function everywhere(datum: Datum, place: NonNullable<Datum['place']>): Datum {
  if (datum.kind === 'sequence') return { ...datum, place, items: datum.items.map((item) => everywhere(item, place)) };
  if (datum.kind !== 'mapping') return { ...datum, place };
  return { ...datum, place, entries: new Map([...datum.entries].map(([key, item]) => [key, everywhere(item, place)])) };
}

/** As Go's `url.QueryEscape`. */
function urlEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%20', '+')
    .replaceAll(/[!'()*]/gu, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}

function urlDecode(text: string): Datum {
  if (/%(?![0-9a-fA-F]{2})/u.test(text)) return failure('a % is not followed by two hexadecimal digits');
  try {
    return string(decodeURIComponent(text.replaceAll('+', ' ')));
  } catch {
    return failure('the decoded bytes are no UTF-8 text');
  }
}
