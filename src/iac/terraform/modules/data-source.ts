/** Attributes of data sources that follow from what is written alone; all others are read when Terraform runs. */
import type { Body } from '../body.ts';
import { renderFile } from '../functions/template.ts';
import { policyDocument } from '../policy-document.ts';
import type { Scope } from '../scope.ts';
import type { Datum } from '../values/datum.ts';
import { mapping } from '../values/datum.ts';
import { convert } from '../values/type.ts';

/** Undefined where it is read from elsewhere. `scope`: where the data source is declared. */
export function computedByData(type: string, name: string, body: Body, scope: Scope): Datum | undefined {
  if (type === 'aws_iam_policy_document' && (name === 'json' || name === 'minified_json')) return policyDocument(body, name);
  if (type === 'template_file' && name === 'rendered') return rendered(body, scope);
  if (type === 'aws_s3_bucket' && (name === 'id' || name === 'bucket')) return body.get('bucket');
  return undefined;
}

function rendered(body: Body, scope: Scope): Datum | undefined {
  const template = body.get('template');
  if (template?.kind !== 'string') return template?.kind === 'unknown' ? template : undefined;
  const written = body.get('vars');
  const values = written === undefined || written.kind === 'null' ? mapping('map', new Map()) : written;
  return renderFile({ path: 'the template', text: template.value }, convert(values, { kind: 'map', of: { kind: 'string' } }), scope);
}
