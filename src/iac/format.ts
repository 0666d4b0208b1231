/** What a file may be, by its name. */
export type Format =
  /** Of Terraform or OpenTofu: what is declared, or values of variables. */
  | { readonly kind: 'terraform'; readonly holds: 'configuration' | 'values' }
  /** CloudFormation, if its content says so. */
  | { readonly kind: 'template' };

/** Null for a file that is no infrastructure code. Terraform takes the case of names as it is. */
export function formatOf(file: string): Format | null {
  const name = baseOf(file);
  if (/\.(?:tf|tofu)(?:\.json)?$/u.test(name)) return { kind: 'terraform', holds: 'configuration' };
  if (/\.tfvars(?:\.json)?$/u.test(name)) return { kind: 'terraform', holds: 'values' };
  return /\.(?:ya?ml|json|template)$/iu.test(name) ? { kind: 'template' } : null;
}

/** Why Terraform passes over a file that would be its configuration by the rest of its name; null for all others. */
export function passedOver(file: string): string | null {
  const name = baseOf(file);
  const plain = name.replace(/~$/u, '').replace(/^#(.*)#$/u, '$1');
  const format = formatOf(plain);
  if (format?.kind !== 'terraform' || format.holds === 'values') return null;
  if (plain !== name) return 'Terraform reads no file that an editor keeps beside another (`~`, `#`)';
  return name.startsWith('.') ? 'Terraform reads no file whose name begins with a dot' : null;
}

function baseOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
