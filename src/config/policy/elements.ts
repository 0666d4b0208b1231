/** What the parts of a policy are made of: maps that take no other key, texts, globs, durations, days. */
import { z } from 'zod';
import { SEVERITIES } from '../../domain/severity.ts';
import type { Severity } from '../../domain/severity.ts';
import { isGlobInside } from '../workspace-path.ts';
import { quote } from '../problem.ts';
import { didYouMean } from './nearest.ts';

/** For checks over several settings: they are made even where one of them is wrong, so that all problems are told at once. */
export const ALWAYS = { when: ({ value }: { value: unknown }): boolean => typeof value === 'object' && value !== null };
/** The same for a list of them. */
export const ALWAYS_OF_LISTS = { when: ({ value }: { value: unknown }): boolean => Array.isArray(value) };

/**
 * A map of settings. Of keys that it does not take the message has one line each.
 * @param kind as messages call it: `a map of rule, reason, owner and until`
 */
export function map<T extends z.core.$ZodLooseShape>(shape: T, kind = `must be a map of ${Object.keys(shape).join(', ')}`) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys
            .map(
              (key) => `${quote(key)} is not a setting${didYouMean(key, Object.keys(shape)) || `: use ${Object.keys(shape).join(', ')}`}`,
            )
            .join('\n')
        : kind,
  });
}

export function list<T extends z.ZodType>(item: T, of: string, most = 1000) {
  return z.array(item, `must be a list of ${of}`).max(most, `may hold at most ${most.toLocaleString('en-GB')} entries`);
}

export function text(most = 1000) {
  const message = `must be a text of 1 to ${most.toLocaleString('en-GB')} characters without control characters`;
  return z
    .string(message)
    .min(1, message)
    .max(most, message)
    .refine((value) => value.trim() !== '' && !/[^\P{Cc}\n]/u.test(value), message);
}

const GLOB = 'must be a glob relative to the workspace: leave out a leading / or !, and .. steps';

export const glob = z.string('must be a glob, a text').refine(isGlobInside, GLOB);

/** With a leading `!` what matches is taken out again. */
export const signedGlob = z
  .string('must be a glob, a text')
  .refine((value) => isGlobInside(value.startsWith('!') ? value.slice(1) : value), GLOB.replace(' or !', ''));

export const flag = z.boolean('must be true or false');

const SEVERITY_WORDS = ['critical', 'high', 'medium', 'low', 'info'] as const;

export const severity = z.enum(SEVERITY_WORDS, `must be one of ${SEVERITY_WORDS.join(', ')}`).transform(toSeverity);

export const severityOrReport = z
  .enum([...SEVERITY_WORDS, 'report'], `must be one of ${SEVERITY_WORDS.join(', ')}, report`)
  .transform((word) => (word === 'report' ? word : toSeverity(word)));

function toSeverity(word: string): Severity {
  return SEVERITIES.find((each) => each.toLowerCase() === word) ?? 'CRITICAL';
}

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `90s`, `15m`, `24h` or `7d`, in milliseconds. */
export function duration(mostDays: number) {
  const message = `must be a time such as 60s, 15m, 24h or 7d, at most ${mostDays}d`;
  return z
    .string(message)
    .regex(/^[1-9][0-9]{0,5}[smhd]$/u, message)
    .transform((value) => Number(value.slice(0, -1)) * SECONDS[value.at(-1) as keyof typeof SECONDS] * 1000)
    .refine((milliseconds) => milliseconds <= mostDays * SECONDS.d * 1000, message);
}

const DAY = 'must be a day of the calendar, such as 2027-01-31';

export const day = z
  .string(DAY)
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/u, DAY)
  .refine((value) => {
    const date = new Date(`${value}T00:00:00Z`);
    return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
  }, DAY);

/** Days from one to another, both `YYYY-MM-DD`. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / (SECONDS.d * 1000);
}

export function wholeNumber(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z.int(message).min(least, message).max(most, message);
}

export const sha256 = z.string('must be 64 hex digits').regex(/^[0-9a-f]{64}$/u, 'must be 64 hex digits in lower case');
