/** The kind of rule that says "the ACL must not let these strangers do that". */
import type { Change } from '../../../domain/change.ts';
import type { Instance } from '../../../domain/resource.ts';
import type { Rule, Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { all, asString, at } from '../../../domain/value.ts';
import { seen } from '../../../domain/wording.ts';
import { exposure, override } from './access-block.ts';
import type { Part } from './bucket.ts';
import { ACL, allOrNull, bucketName, fails, parts, targets } from './bucket.ts';

const GROUPS = 'http://acs.amazonaws.com/groups/global/';

type Group = 'AllUsers' | 'AuthenticatedUsers';

/** S3's ready-made lists that let strangers in; CloudFormation writes `PublicRead` for `public-read`. */
const READY_MADE: ReadonlyMap<string, { group: Group; permissions: readonly string[] }> = new Map([
  ['publicread', { group: 'AllUsers', permissions: ['READ'] }],
  ['publicreadwrite', { group: 'AllUsers', permissions: ['READ', 'WRITE'] }],
  ['authenticatedread', { group: 'AuthenticatedUsers', permissions: ['READ'] }],
]);

export interface AclRule extends Omit<Rule, 'targets' | 'check' | 'fix' | 'script'> {
  readonly group: Group;
  readonly permissions: readonly string[];
  /** What such a grant does: `lets everyone read the bucket`. */
  readonly effect: string;
}

/** One that is in force, or one that the public access block overrides: which of the rules speaks, the facts tell. */
export const CONCERN = 's3-public-acl';

/** An ACL that is overridden for certain is the matter of public-acl-overridden.ts. */
export function aclRule(definition: AclRule): Rule {
  const { group, permissions, effect, ...rest } = definition;

  function* check(part: Part, instance: Instance): Iterable<Violation> {
    for (const { name, value, grants, only = group } of entriesOf(part)) {
      const open = value.state === 'unknown' && only === group;
      const granted = grants.some((grant) => grant.group === group && permissions.includes(grant.permission));
      if ((!open && !granted) || override(instance, 'acl') !== null) continue;
      if (value.state === 'unknown') {
        yield {
          outcome: 'undecided',
          message: `${name} is not known: ${value.reason}; it must be no list that ${effect}.`,
          span: value.span,
        };
      } else {
        const { severity, clause } = exposure(instance, 'acl');
        yield { outcome: 'fail', message: `${name} is ${seen(value)}, which ${effect}${clause}.`, span: value.span, severity };
      }
    }
  }

  return defineRule({ ...rest, concern: CONCERN, targets: targets(ACL), ...closing(check) });
}

/**
 * The check and the fix of a rule about ACLs. A ready-made list can be set to private; where grants are listed one by
 * one, a person must choose what takes the place of the public one. Either takes access away that somebody may rely on.
 */
export function closing(check: (part: Part, instance: Instance) => Iterable<Violation>): Required<Pick<Rule, 'check' | 'fix' | 'script'>> {
  const checkAll = (instance: Instance): readonly Violation[] => parts(instance, ACL).flatMap((part) => [...check(part, instance)]);
  return {
    check: checkAll,
    fix: {
      safety: 'needs-review',
      changes: (instance) =>
        allOrNull(
          parts(instance, ACL)
            .filter((part) => fails(check(part, instance)))
            .map(makePrivate),
        ),
    },
    script(instance) {
      const bucket = bucketName(instance);
      if (bucket === null || !fails(checkAll(instance))) return null;
      return [
        ['aws', 's3api', 'get-bucket-acl', `--bucket=${bucket}`],
        ['aws', 's3api', 'put-bucket-acl', `--bucket=${bucket}`, '--acl=private'],
      ];
    },
  };
}

/** What an ACL says in one place. */
export interface Entry {
  readonly name: string;
  readonly value: Value;
  readonly grants: readonly { readonly group: Group; readonly permission: string }[];
  /** The group that it is about, whatever it turns out to grant; any, when not given. */
  readonly only?: Group;
}

export function entriesOf({ form, value }: Part): readonly Entry[] {
  if (form !== null && value.state === 'unknown') return [{ name: form === 'own' ? 'the ACL' : form, value, grants: [] }];
  switch (form) {
    case null:
      return [];
    case 'own':
      return [
        readyMade('acl', at(value, 'acl')),
        ...all(value, 'access_control_policy', 'grant').flatMap((grant) => granted(grant, at(grant, 'grantee', 'uri'), 'permission')),
      ];
    case 'grant':
      return all(value).flatMap((grant) => granted(grant, at(grant, 'uri'), 'permissions'));
    default:
      return [readyMade(form, value)];
  }
}

function readyMade(name: string, value: Value): Entry {
  const list = READY_MADE.get((asString(value) ?? '').toLowerCase().replaceAll('-', ''));
  return { name, value, grants: list === undefined ? [] : list.permissions.map((permission) => ({ group: list.group, permission })) };
}

/** One entry a permission, so that each is pointed at; nothing when it is certain that the grantee is none of the groups. */
function granted(grant: Value, uri: Value, permissions: string): readonly Entry[] {
  if (grant.state === 'unknown') return [{ name: 'the grant', value: grant, grants: [] }];
  if (uri.state === 'unknown') return [{ name: 'grantee.uri', value: uri, grants: [] }];
  const group = groupOf(asString(uri) ?? '');
  if (group === null) return [];
  return all(grant, permissions).map((value) => ({
    name: `the permission for ${group}`,
    value,
    grants: [{ group, permission: asString(value) ?? '' }],
    only: group,
  }));
}

function groupOf(uri: string): Group | null {
  if (uri === `${GROUPS}AllUsers`) return 'AllUsers';
  return uri === `${GROUPS}AuthenticatedUsers` ? 'AuthenticatedUsers' : null;
}

function makePrivate({ form, value, resource }: Part): Change | null {
  if (form === ACL.properties[0]) return { kind: 'set', resource, path: [form], value: 'Private' };
  const listed = form === 'grant' || (form === 'own' && at(value, 'access_control_policy').state !== 'absent');
  return listed ? null : { kind: 'set', resource, path: ['acl'], value: 'private' };
}
