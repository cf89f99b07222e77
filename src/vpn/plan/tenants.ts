/** A file may say for which project it is. */
import type { Context } from './context.ts';

/** `tenant_id` in a body, of a connection or of a part, must be the project of the token. */
export function refuseTenants(context: Context): void {
  const { project } = context.options;
  for (const spec of context.specs) {
    const { name, tenantId, parts } = spec;
    const described = Object.values(parts).flatMap((part) => (part.by === 'description' ? part.tenantId : undefined));
    const stated = new Set([tenantId, ...described]);
    for (const { value, at } of [...stated].filter((one) => one !== undefined)) {
      if (value !== project.id) {
        context.refuse(
          [spec],
          'CONFLICT',
          `Connection ${name.value} is for the project ${value}, but the login is for ${project.id}.`,
          'Log in to that project, or remove tenant_id (project_id) from the file.',
          at,
        );
      }
    }
  }
}
