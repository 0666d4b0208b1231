/**
 * Providers convert what is written to the type of the argument: `"true"` to true, `"22"` to 22, -1 to
 * `"-1"`. Without their schemas this is done by the names that carry one type throughout S3 and EC2.
 */
import type { Datum } from './datum.ts';
import { BOOL, convert, NUMBER, STRING } from './type.ts';
import { isFailure } from './datum.ts';

const NUMBERS = new Set([
  'days',
  'days_after_initiation',
  'expected_size',
  'from_port',
  'http_put_response_hop_limit',
  'iops',
  'max_age_seconds',
  'max_session_duration',
  'newer_noncurrent_versions',
  'noncurrent_days',
  'throughput',
  'to_port',
  'volume_size',
  'years',
]);

const STRINGS = new Set(['protocol', 'ip_protocol', 'owner_id', 'account_id', 'expected_bucket_owner']);

/** The datum as the attribute of this name has it. */
export function coerced(name: string, datum: Datum): Datum {
  const type = STRINGS.has(name)
    ? STRING
    : NUMBERS.has(name)
      ? NUMBER
      : datum.kind === 'string' && (datum.value === 'true' || datum.value === 'false')
        ? BOOL
        : undefined;
  if (type === undefined || datum.kind === 'unknown' || datum.kind === 'sequence' || datum.kind === 'mapping') return datum;
  const converted = convert(datum, type);
  return isFailure(converted) ? datum : converted;
}
