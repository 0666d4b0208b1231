import type { Payload } from '@temporalio/common';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EncryptionCodec } from '../../src/temporal/codec.ts';

const KEY = Buffer.alloc(32, 'one key');
const OTHER = Buffer.alloc(32, 'another key');

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

function payload(text: string) {
  return { metadata: { encoding: bytes('json/plain') }, data: bytes(text) };
}

function ownedBy(workflowId: string) {
  return { type: 'workflow' as const, namespace: 'default', workflowId };
}

async function sealed(text: string, workflowId = 'audit-1') {
  const [one] = await new EncryptionCodec(KEY).encode([payload(text)], ownedBy(workflowId));
  if (one === undefined) throw new Error('nothing was encoded');
  return one;
}

describe('a payload on the server', () => {
  it('comes back as it was, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.dictionary(fc.string(), fc.uint8Array()), async (data, metadata) => {
        const codec = new EncryptionCodec(KEY);
        const [back] = await codec.decode(await codec.encode([{ metadata, data }], ownedBy('audit-1')), ownedBy('audit-1'));

        expect(Buffer.from(back?.data ?? [])).toEqual(Buffer.from(data));
        expect(Object.entries(back?.metadata ?? {}).map(([name, value]) => [name, Buffer.from(value)])).toEqual(
          Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value)]),
        );
      }),
    );
  });

  it('without data, for which the library has an empty array, comes back without data', async () => {
    const codec = new EncryptionCodec(KEY);
    const nothing = JSON.parse('{"data":[]}') as Payload;

    const [back] = await codec.decode(await codec.encode([nothing], ownedBy('audit-1')), ownedBy('audit-1'));

    expect(back?.data).toHaveLength(0);
  });

  it('shows nothing of what it holds, and is another each time', async () => {
    const [first, second] = [await sealed('"payroll"'), await sealed('"payroll"')];

    expect(Buffer.from(first.data ?? []).toString('latin1')).not.toContain('payroll');
    expect(Buffer.from(first.data ?? []).equals(Buffer.from(second.data ?? []))).toBe(false);
    expect(Buffer.from(first.data ?? []).subarray(0, 12)).not.toEqual(Buffer.from(second.data ?? []).subarray(0, 12));
  });

  it('belongs to the activities of its workflow too', async () => {
    const activity = { type: 'activity' as const, namespace: 'default', workflowId: 'audit-1', activityId: '2', isLocal: true };

    const [back] = await new EncryptionCodec(KEY).decode([await sealed('"payroll"')], activity);

    expect(Buffer.from(back?.data ?? []).toString()).toBe('"payroll"');
  });

  it('of another key is refused, and the message says which setting to look at', async () => {
    await expect(new EncryptionCodec(OTHER).decode([await sealed('1')], ownedBy('audit-1'))).rejects.toThrow(
      'the payload was encrypted with another key than this run has: give the same temporal-encryption-key',
    );
  });

  it('of another workflow is refused', async () => {
    await expect(new EncryptionCodec(KEY).decode([await sealed('1', 'audit-2')], ownedBy('audit-1'))).rejects.toThrow(
      'the payload was changed, or belongs to another workflow; it is not trusted',
    );
  });

  it('is refused wherever a bit of it was changed, and when it was cut', async () => {
    const { metadata = null, data } = await sealed('{"violationFound":true}');
    const whole = Buffer.from(data ?? []);
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(new EncryptionCodec(KEY).decode([{ metadata, data: changed }], ownedBy('audit-1'))).rejects.toThrow('was changed');
      await expect(new EncryptionCodec(KEY).decode([{ metadata, data: whole.subarray(0, at) }], ownedBy('audit-1'))).rejects.toThrow(
        'was changed',
      );
    }
  });

  it('that is not encrypted is refused: whoever runs the server could have written it', async () => {
    await expect(new EncryptionCodec(KEY).decode([payload('{"violationFound":false}')], ownedBy('audit-1'))).rejects.toThrow(
      'the Temporal server answered with a payload that is not encrypted; it is not trusted',
    );
  });
});
