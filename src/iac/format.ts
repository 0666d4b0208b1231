/** What a file may be, by its name. */
export type Format =
  | { readonly kind: 'terraform' }
  /** CloudFormation, if its content says so. */
  | { readonly kind: 'template' }
  /** Infrastructure code that is not read yet. */
  | { readonly kind: 'unsupported'; readonly name: string };

/** Null for a file that is no infrastructure code. Terraform takes the case of names as it is. */
export function formatOf(file: string): Format | null {
  const name = file.slice(file.lastIndexOf('/') + 1);
  if (/\.(?:tf|tfvars)\.json$/u.test(name)) return { kind: 'unsupported', name: 'Terraform in JSON' };
  if (/\.tofu(?:\.json)?$/u.test(name)) return { kind: 'unsupported', name: 'OpenTofu' };
  if (/\.(?:tf|tfvars)$/u.test(name)) return { kind: 'terraform' };
  return /\.(?:ya?ml|json|template)$/iu.test(name) ? { kind: 'template' } : null;
}
