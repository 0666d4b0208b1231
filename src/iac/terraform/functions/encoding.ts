import type { Datum } from '../values/datum.ts';
import { failure, isFailure, isWhole, mapping, NULL, number, bool, sequence, string, unknown, unknownPart } from '../values/datum.ts';
import { encodeJson } from '../values/json-encode.ts';
import { documentIn } from '../values/json-text.ts';
import type { FunctionTable } from './define.ts';
import { textOf } from './define.ts';

export const encodingFunctions: FunctionTable = {
  base64encode: { parameters: ['string'], run: ([text]) => string(Buffer.from(textOf(text)).toString('base64')) },
  base64decode: { parameters: ['string'], run: ([text]) => base64Decode(textOf(text)) },
  jsonencode: { parameters: ['raw'], run: ([value = NULL]) => jsonEncode(value) },
  jsondecode: { parameters: ['raw'], run: ([text = NULL]) => jsonDecode(text) },
  urlencode: { parameters: ['string'], run: ([text]) => string(urlEncode(textOf(text))) },
};

function base64Decode(text: string): Datum {
  const clean = text.replaceAll(/[\r\n]/gu, '');
  if (clean.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/u.test(clean)) return failure('this is no base64 text');
  try {
    return string(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(clean, 'base64')));
  } catch {
    return failure('the decoded bytes are no UTF-8 text');
  }
}

/** The text remembers what it was made from, so that each part of the document keeps its place. */
function jsonEncode(value: Datum): Datum {
  if (isFailure(value)) return value;
  if (!isWhole(value)) return unknown(unknownPart(value)?.reason ?? 'a part of it is not known', { shape: value });
  const text = encodeJson(value);
  return text === undefined
    ? unknown('a number with more than 15 digits is not written out here', { shape: value })
    : { ...string(text), shape: value };
}

/** The part of a partly unknown text that is known is known again. */
function jsonDecode(text: Datum): Datum {
  if (text.kind === 'unknown') return text.shape ?? (text.pieces === undefined ? undefined : documentIn(text.pieces)) ?? text;
  if (text.kind !== 'string') return failure('jsondecode() needs a text');
  if (/\d{16}/u.test(text.value)) return unknown('a number with more than 15 digits is not evaluated');
  try {
    return fromJson(JSON.parse(text.value), text, 0);
  } catch {
    return failure('this is no JSON text');
  }
}

function fromJson(json: unknown, text: Datum, depth: number): Datum {
  const { place } = text;
  if (typeof json === 'string') return { ...string(json), place };
  if (typeof json === 'number') return { ...number(json), place };
  if (typeof json === 'boolean') return { ...bool(json), place };
  if (json === null || json === undefined || depth > 100) return { ...NULL, place };
  if (Array.isArray(json))
    return {
      ...sequence(
        'tuple',
        json.map((item) => fromJson(item, text, depth + 1)),
      ),
      place,
    };
  return {
    ...mapping('object', new Map(Object.entries(json).map(([key, item]) => [key.normalize('NFC'), fromJson(item, text, depth + 1)]))),
    place,
  };
}

/** As Go's `url.QueryEscape`. */
function urlEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%20', '+')
    .replaceAll(/[!'()*]/gu, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}
