/** JSON text as Go writes it. */
import type { Datum } from './datum.ts';
import { numericOf } from './datum.ts';
import { formatNumber } from './number.ts';

/** Undefined when a part of the datum is not known. */
export function encodeJson(datum: Datum): string | undefined {
  switch (datum.kind) {
    case 'null':
      return 'null';
    case 'bool':
      return String(datum.value);
    case 'number':
      return formatNumber(numericOf(datum));
    case 'string':
      return quote(datum.value);
    case 'sequence': {
      const items = datum.items.map(encodeJson);
      return items.includes(undefined) ? undefined : `[${items.join(',')}]`;
    }
    case 'mapping': {
      const entries = [...datum.entries].map(([key, item]) => {
        const text = encodeJson(item);
        return text === undefined ? undefined : `${quote(key)}:${text}`;
      });
      return entries.includes(undefined) ? undefined : `{${entries.join(',')}}`;
    }
    case 'unknown':
    case 'instance':
      return undefined;
    default:
      return datum satisfies never;
  }
}

/** `<`, `>`, `&` and the two line separators are escaped too. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll(/[<>&\u2028\u2029]/gu, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
