/** Points in time as RFC 3339 texts name them; nothing here asks a clock. */

export interface Time {
  /** Nanoseconds since 1970 in UTC. */
  readonly instant: bigint;
  /** Minutes ahead of UTC. */
  readonly offset: number;
}

export interface Calendar {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

/** In nanoseconds. */
export const SECOND = 1_000_000_000n;
const DAY = 86_400;

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d{1,2}):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/u;
/** Shorter dates, a space for the `T`, and no time at all; without a zone where it has no `T`. */
const YAML_TIME =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?=[Tt].*(?:Z|[+-]\d\d:\d\d)$|[ ][\d:.]+$)[Tt ](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))?)?$/u;

/** An RFC 3339 time as Go reads it; undefined for other texts. */
export function parseTime(text: string): Time | undefined {
  return timeOf(RFC_3339.exec(text));
}

/** A timestamp of YAML, written as an RFC 3339 time. */
export function yamlTime(text: string): string | undefined {
  const time = timeOf(YAML_TIME.exec(text));
  return time === undefined ? undefined : writeTime(time);
}

function timeOf(match: RegExpExecArray | null): Time | undefined {
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((digits) => Number(digits ?? 0));
  const [, , , , , , , fraction = '', sign = '+', hours = '0', minutes = '0'] = match;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59) return undefined;
  if (Number(hours) > 24 || Number(minutes) > 60) return undefined;
  const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  const seconds = daysSince1970(year, month, day) * DAY + hour * 3_600 + (minute - offset) * 60 + second;
  return { instant: BigInt(seconds) * SECOND + BigInt(fraction.padEnd(9, '0').slice(0, 9)), offset };
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Of the Gregorian calendar; years are taken to start in March, so that the leap day comes last. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return shifted * 365 + Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400) + dayOfYear - 719_468;
}

export function calendarOf({ instant, offset }: Time): Calendar {
  const whole = instant / SECOND - (instant % SECOND < 0n ? 1n : 0n);
  const seconds = Number(whole) + offset * 60;
  const days = Math.floor(seconds / DAY);
  const rest = seconds - days * DAY;
  const since = days + 719_468;
  const era = Math.floor(since / 146_097);
  const dayOfEra = since - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
    hour: Math.floor(rest / 3_600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
    weekday: (((days + 4) % 7) + 7) % 7,
  };
}

export function pad(value: number, length = 2): string {
  return String(value).padStart(length, '0');
}

/** As Go's RFC 3339 writes it: without fractions of a second. */
export function writeTime(time: Time): string {
  const { year, month, day, hour, minute, second } = calendarOf(time);
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}${zone(time.offset, 'Z', ':')}`;
}

/** `utc` stands for no offset, where it is given. */
export function zone(offset: number, utc: string | undefined, colon: '' | ':'): string {
  if (offset === 0 && utc !== undefined) return utc;
  const minutes = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}${colon}${pad(minutes % 60)}`;
}
