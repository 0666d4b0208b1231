import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonText } from '../../../src/report/encode/json.ts';
import { INVISIBLE, hostileText } from '../hostile.ts';

describe('jsonText', () => {
  it('writes invisible characters as escapes', () => {
    expect(jsonText({ a: '\u202eb\u{e0041}\\u{1b}\u001b' })).toBe('{\n  "a": "\\u202eb\\udb40\\udc41\\\\u{1b}\\u001b"\n}\n');
  });

  it('reads back as the same data', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (key, value) => {
        const text = jsonText([[key, value]]);
        expect(JSON.parse(text)).toEqual([[key, value]]);
        expect(text.replaceAll('\n', '')).not.toMatch(INVISIBLE);
      }),
    );
  });
});
