/** What a declaration says about the encryption of an EBS volume. */
import type { Violation } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { at } from '../../../domain/value.ts';
import { judge } from '../../attribute.ts';

export interface VolumeNames {
  /** How messages call the volume's part of the declaration: `root_block_device`; empty for the whole. */
  readonly prefix: string;
  readonly encrypted: string;
  /** Attributes that name what the volume is a copy of. */
  readonly origins: readonly string[];
}

/** A volume is not encrypted unless it says so; a copy that says nothing is encrypted as its original is. */
export function* judgeVolume(volume: Value, { prefix, encrypted, origins }: VolumeNames): Iterable<Violation> {
  const label = (name: string): string => (prefix === '' ? name : `${prefix}.${name}`);
  const value = at(volume, encrypted);
  const origin = origins.map((name) => ({ name, value: at(volume, name) })).find((each) => each.value.state !== 'absent');
  if (value.state === 'absent' && origin !== undefined) {
    const message = `${label(encrypted)} is not set, so the volume is encrypted only if what ${label(origin.name)} names is; it must be true.`;
    yield { outcome: 'undecided', message, span: origin.value.span };
    return;
  }
  yield* judge(value, { name: label(encrypted), oneOf: [true], default: false });
}
